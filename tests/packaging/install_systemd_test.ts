import assert from "node:assert/strict";
import { machineWithRelease, NO_MACHINE } from "../support/installed_machine.ts";
import { makeEvent } from "../support/make_event.ts";
import { testUnless } from "../support/skip.ts";

testUnless(
  NO_MACHINE,
  "install.sh: once more changes nothing, an upgrade restarts, and one that does not start is taken back",
  async () => {
    await using machine = await machineWithRelease();
    const pid = () => machine.sure("systemctl show --property=MainPID --value falco-lake");
    assert.match(await machine.sure("/release/install.sh"), /\nfalco-lake runs\. Try it:\n/);
    const first = await pid();
    assert.equal(await machine.sure("/release/install.sh"), "Nothing has changed\nfalco-lake runs");
    assert.equal(await pid(), first);

    await machine.sure("cp -r /release /newer; echo '# newer' >>/newer/falco-lake.service");
    assert.match(await machine.sure("/newer/install.sh"), /falco-lake runs/);
    const second = await pid();
    assert.notEqual(second, first);

    await machine.sure(
      "printf 'listenport: 2801\\nlake: {directory: /var/lib/falco-lake/lake}\\n' >/mine.yaml",
    );
    const said = await machine.sure("/newer/install.sh --config /mine.yaml");
    assert.match(said, /falco-lake\.yaml\nfalco-lake runs; its log: /);
    const third = await pid();
    assert.notEqual(third, second, "it runs with the new configuration");

    // It says its version, and that is all it can do.
    await machine.sure(
      `printf '#!/bin/sh\\n[ $1 = version ]\\n' >/bad; echo '# bad' >>/newer/falco-lake.service`,
    );
    const { code, stderr } = await machine.run("/newer/install.sh /bad --no-checksum");
    assert.equal(code, 1);
    assert.match(stderr, /the new falco-lake does not start \(see above\); the old one is back/);
    assert.equal(await machine.sure("systemctl is-active falco-lake"), "active");
    assert.equal(await machine.post("/", makeEvent(1)), 200);
    await machine.sure("! grep '# bad' /etc/systemd/system/falco-lake.service");
    assert.equal(await machine.sure("ls -A /usr/local/bin"), "falco-lake");
  },
);

testUnless(
  NO_MACHINE,
  "install.sh: a binary that cannot run here is refused with the reason, and nothing is installed",
  async () => {
    await using machine = await machineWithRelease();
    const refused = async (make: string, reason: RegExp) => {
      await machine.sure(make);
      const { code, stderr } = await machine.run("/release/install.sh /other --no-checksum");
      assert.equal(code, 1);
      assert.match(stderr, reason);
      await machine.sure('[ ! -e /etc/falco-lake ] && [ -z "$(ls -A /usr/local/bin)" ]');
    };
    await refused("echo text >/other", /\/other is no program for Linux on x86_64 or aarch64/);
    // The same file, but for ELF's machine.
    const [machineCode, name] = Deno.build.arch === "x86_64"
      ? ["267", "aarch64"]
      : ["76", "x86_64"];
    await refused(
      `cp /release/falco-lake-* / && rm /*.sha256 && mv /falco-lake-* /other
      printf '\\${machineCode}' | dd of=/other bs=1 seek=18 conv=notrunc status=none`,
      new RegExp(`/other is built for ${name}, and this machine is ${Deno.build.arch}`),
    );
  },
);

testUnless(
  NO_MACHINE,
  "install.sh: an uninstall drains, keeps configuration and events, and an install finds them again",
  async () => {
    await using machine = await machineWithRelease();
    await machine.sure("/release/install.sh");
    assert.equal(await machine.post("/", makeEvent(1)), 200);
    await machine.sure("systemctl kill --kill-who=main --signal=KILL falco-lake");
    const said = await machine.sure("/release/install.sh --uninstall");
    assert.match(said, /^Kept: \/var\/lib\/private\/falco-lake /m);
    assert.notEqual((await machine.run("systemctl cat falco-lake")).code, 0);
    await machine.sure("[ ! -e /usr/local/bin/falco-lake ]");
    await machine.sure("/release/install.sh && systemctl stop falco-lake");
    const rows = "falco-lake cat $(find /var/lib/falco-lake/lake/ -name '*.parquet')";
    assert.equal(JSON.parse(await machine.sure(rows)).raw_data, makeEvent(1));
    await machine.sure("/release/install.sh --uninstall --purge");
    await machine.sure("! ls -d /etc/falco-lake /var/lib/falco-lake /var/lib/private/falco-lake");
  },
);
