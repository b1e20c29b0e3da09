import assert from "node:assert/strict";
import { AGENTS_USER } from "../support/agents_user.ts";
import { post, sandbox } from "../support/sandbox.ts";
import { makeEvent } from "../support/make_event.ts";

/*
 * That tests/support/confined.sh really confines: what the kernel says about an agent that all the
 * other tests start in the same way.
 */
if (AGENTS_USER !== undefined) {
  Deno.test("The agents under test have no rights, no network, no environment, and nothing to write to but their folder", async () => {
    await using box = sandbox();
    const environment = { ...box.environment, LAKE_DIRECTORY: "lake" };
    const agent = await box.start({ environment });
    assert.equal(await post(agent, makeEvent(1)), 200);
    const about = (file: string) => Deno.readTextFileSync(`/proc/${agent.pid}/${file}`);

    const status = about("status");
    for (const kind of ["Uid", "Gid"]) {
      assert.match(status, new RegExp(`^${kind}:(\\s${AGENTS_USER}){4}$`, "m"));
    }
    for (const kind of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
      assert.match(status, new RegExp(`^${kind}:\\s0+$`, "m"));
    }
    assert.match(status, /^Groups:\s*$/m);
    assert.match(status, /^NoNewPrivs:\s1$/m);

    const given = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    assert.deepEqual(about("environ").split("\0").filter(Boolean).sort(), given.sort());

    const interfaces = about("net/dev").split("\n").slice(2).filter(Boolean)
      .map((line) => line.trim().split(":")[0]);
    assert.deepEqual(interfaces, ["lo"]);

    // Mounts that can be written to, besides the kernel's own files, which ask who one is.
    const writable = about("mountinfo").trimEnd().split("\n").map((line) => line.split(" "))
      .filter(([, , , , path, options]) =>
        options!.split(",").includes("rw") && !/^\/(proc|dev)\//.test(`${path}/`)
      ).map(([, , , , path]) => path);
    assert.deepEqual(writable, [box.directory]);

    const root = `/proc/${agent.pid}/root`;
    const found = [...Deno.readDirSync(root)].map(({ name }) => name).sort();
    const top = box.directory.split("/")[1]!;
    assert.deepEqual(
      found.filter((name) => ![top, "lib", "lib64"].includes(name)),
      ["dev", "etc", "proc", "usr"],
    );
    const programs = ["usr/bin", "usr/local/bin"].flatMap((folder) =>
      [...Deno.readDirSync(`${root}/${folder}`)].map(({ name }) => name)
    );
    assert.deepEqual(programs.sort(), ["env", "falco-lake", "setpriv"]);
    assert.match(Deno.readLinkSync(`/proc/${agent.pid}/exe`), /\/usr\/local\/bin\/falco-lake$/);
  });

  Deno.test("A folder that the agent may not write to is named, and nothing is written there", async () => {
    await using box = sandbox();
    const environment = { ...box.environment, LAKE_DIRECTORY: "lake", BUFFER_DIRECTORY: "/var/b" };
    const { code, stderr } = await box.run(["run"], { environment });
    assert.equal(code, 1);
    assert.match(stderr, /Cannot use buffer\.directory \/var\/b: .*(Read-only|os error 30)/);
  });
}
