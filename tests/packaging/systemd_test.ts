import assert from "node:assert/strict";
import { installedMachine, NO_MACHINE } from "../support/installed_machine.ts";
import type { Machine } from "../support/machine.ts";
import { makeEvent } from "../support/make_event.ts";
import { testUnless } from "../support/skip.ts";

const LINE = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(?:INFO|WARN|ERROR)\] +: \S/;

/** What systemd says of the service. */
const property = (machine: Machine, name: string) =>
  machine.sure(`systemctl show --property=${name} --value falco-lake`);

/** A drop-in, as `systemctl edit` makes it. */
const edit = (machine: Machine, lines: string) =>
  machine.sure(`mkdir -p /etc/systemd/system/falco-lake.service.d
    printf '%b' ${JSON.stringify(lines)} >/etc/systemd/system/falco-lake.service.d/test.conf
    systemctl daemon-reload`);

const configure = (machine: Machine, yaml: string) =>
  machine.sure(`printf '%b' ${JSON.stringify(yaml)} >/etc/falco-lake/falco-lake.yaml`);

const LAKE = "lake: {directory: /var/lib/falco-lake/lake}\\n";

/** The events in the lake, in order. */
async function lakeEvents(machine: Machine): Promise<string[]> {
  const rows = await machine.sure(
    "find /var/lib/falco-lake/lake/ -name '*.parquet' -exec falco-lake cat {} +",
  );
  return rows.split("\n").map((row) => JSON.parse(row).raw_data).sort();
}

testUnless(
  NO_MACHINE,
  "systemd: a fresh install is up when its start returns, and takes an event to a row as nobody in particular",
  async () => {
    await using machine = await installedMachine();
    assert.equal(await property(machine, "ActiveState"), "active");
    assert.equal(await property(machine, "Type"), "notify");
    assert.equal(await machine.sure("systemctl is-enabled falco-lake"), "enabled");
    assert.equal(await property(machine, "StatusText"), "Up; nothing waits; no upload yet");
    assert.equal(await machine.post("/", makeEvent(1)), 200);
    await machine.sure("systemctl kill --kill-who=main --signal=USR2 falco-lake");
    await machine.until("journalctl -o cat -u falco-lake | grep 'Upload parquet file .* OK'");
    assert.deepEqual(await lakeEvents(machine), [makeEvent(1)]);

    const user = await machine.sure(
      "stat --format=%u /proc/$(systemctl show --property=MainPID --value falco-lake)",
    );
    assert.ok(Number(user) > 60_000, `a dynamic user, not ${user}`);
    const modes = "find /var/lib/private/falco-lake -printf '%y%m %U\\n' | sort --unique";
    assert.equal(await machine.sure(modes), `d700 ${user}\nf600 ${user}`);

    // The journal has the lines as they are, and knows how grave each is.
    assert.equal(await machine.post("/", "{"), 400);
    const own = await machine.sure("journalctl -o cat -u falco-lake _COMM=falco-lake");
    assert.deepEqual(own.split("\n").filter((line) => !LINE.test(line)), []);
    await machine.until("journalctl -u falco-lake | grep WARN");
    const grave = await machine.sure("journalctl -o cat -u falco-lake -p warning");
    assert.match(grave, /^\S+ \S+ \[WARN\] {2}: Receiver - [^\n]+$/);
  },
);

testUnless(NO_MACHINE, "systemd: the unit is clean, and its exposure at most 1.5", async () => {
  await using machine = await installedMachine();
  const { code, stdout, stderr } = await machine.run("systemd-analyze verify falco-lake.service");
  assert.deepEqual([code, stdout + stderr], [0, ""]);
  // The threshold is ten times what is shown; one below what it is must fail.
  await machine.sure("systemd-analyze security --threshold=15 falco-lake.service");
  const shown = await machine.sure("systemd-analyze security falco-lake.service | tail -n 1");
  const exposure = Number(/(\d\.\d)/.exec(shown)![1]);
  assert.ok(exposure > 0 && exposure <= 1.5, shown);
});

testUnless(
  NO_MACHINE,
  "systemd: after kill -9 and after a hang it is started again, and a stop drains: nothing is lost or doubled",
  async () => {
    await using machine = await installedMachine();
    await edit(machine, "[Service]\\nWatchdogSec=2s\\nRestartSec=100ms\\n");
    await machine.sure("systemctl restart falco-lake");
    const events: string[] = [];
    const post = async () => {
      const event = makeEvent(events.length);
      assert.equal(await machine.post("/", event), 200);
      events.push(event);
    };
    for (let times = 0; times < 5; times++) await post();
    const isBack = (restarts: number) =>
      machine.until(
        `[ "$(systemctl show --property=NRestarts,ActiveState --value falco-lake | xargs)" = ` +
          `"${restarts} active" ]`,
      );
    await machine.sure("systemctl kill --kill-who=main --signal=KILL falco-lake");
    await isBack(1);
    assert.match(await property(machine, "StatusText"), /^Up; 5 events wait/);
    await post();
    // It is fed meanwhile: five seconds are more than twice its patience.
    await machine.sure("sleep 5");
    assert.equal(await property(machine, "NRestarts"), "1");
    await machine.sure("systemctl kill --kill-who=main --signal=STOP falco-lake");
    await isBack(2);
    await machine.until("journalctl -o cat -u falco-lake | grep 'Watchdog timeout'");
    await post();
    await machine.sure("systemctl stop falco-lake");
    assert.equal(await property(machine, "Result"), "success");
    assert.equal(await property(machine, "ExecMainStatus"), "0");
    assert.deepEqual(await lakeEvents(machine), events.sort());
  },
);

testUnless(
  NO_MACHINE,
  "systemd: a reload brings a good file into force, and of a bad one says what is wrong and changes nothing",
  async () => {
    await using machine = await installedMachine();
    const pid = await property(machine, "MainPID");
    const long = makeEvent(1) + " ".repeat(2000);
    assert.equal(await machine.post("/", long), 200);
    await configure(machine, `${LAKE}receiver: {maxbodysize: 1000}\\n`);
    await machine.sure("systemctl reload falco-lake");
    await machine.until("journalctl -o cat -u falco-lake | grep 'configuration is in force'");
    assert.equal(await machine.post("/", long), 413);

    await configure(machine, `${LAKE}debug: perhaps\\n`);
    assert.notEqual((await machine.run("systemctl reload falco-lake")).code, 0);
    await machine.until(
      "journalctl -o cat -p err -u falco-lake | grep 'falco-lake.yaml:2:8: debug: Cannot accept'",
    );
    assert.equal(await property(machine, "ActiveState"), "active");
    assert.equal(await machine.post("/", long), 413);

    // From systemd 253 on a reload can wait until the configuration is in force.
    const [, version] = /^systemd (\d+)/.exec(await machine.sure("systemctl --version"))!;
    if (Number(version) >= 253) {
      await edit(machine, "[Service]\\nType=notify-reload\\nExecReload=\\n");
      for (const [limit, status] of [[5000, 200], [1000, 413], [5000, 200]]) {
        await configure(machine, `${LAKE}receiver: {maxbodysize: ${limit}}\\n`);
        await machine.sure("timeout 10 systemctl reload falco-lake");
        assert.equal(await machine.post("/", long), status);
      }
    }
    assert.equal(await property(machine, "MainPID"), pid);
  },
);

testUnless(
  NO_MACHINE,
  "systemd: a wrong configuration fails the start for good and by name; any other failure is tried again",
  async () => {
    await using machine = await installedMachine();
    await edit(machine, "[Service]\\nRestartSec=100ms\\n");
    await configure(machine, "listenport: many\\n");
    assert.notEqual((await machine.run("systemctl restart falco-lake")).code, 0);
    assert.equal(await property(machine, "ActiveState"), "failed");
    assert.equal(await property(machine, "ExecMainStatus"), "2");
    assert.equal(await property(machine, "NRestarts"), "0");
    await machine.until(
      "systemctl status falco-lake | grep 'falco-lake.yaml:1:13: listenport: Cannot accept'",
    );

    await configure(machine, `${LAKE}listenaddress: 192.0.2.1\\n`);
    assert.notEqual((await machine.run("systemctl start falco-lake")).code, 0);
    await machine.until('[ "$(systemctl show --property=NRestarts --value falco-lake)" -ge 3 ]');
    await configure(machine, LAKE);
    await machine.until("systemctl is-active falco-lake");
  },
);

testUnless(
  NO_MACHINE,
  "systemd: outside of its state directory it can write nothing, which it says, and no event is lost for it",
  async () => {
    await using machine = await installedMachine();
    for (const folder of ["/etc/lake", "/var/lib/other", "/usr/local/lake"]) {
      await configure(machine, `lake: {directory: ${folder}}\\n`);
      await machine.sure("systemctl restart falco-lake");
      assert.equal(await machine.post("/", makeEvent(1)), 200);
      await machine.sure("systemctl kill --kill-who=main --signal=USR2 falco-lake");
      await machine.until(
        `journalctl -o cat -u falco-lake -p err | ` +
          `grep 'Read-only file system.*${folder}.*wait on disk'`,
      );
      await machine.sure(`[ ! -e ${folder} ]`);
    }
    await configure(machine, LAKE);
    await machine.sure("systemctl restart falco-lake; systemctl stop falco-lake");
    assert.deepEqual(await lakeEvents(machine), Array(3).fill(makeEvent(1)));
  },
);
