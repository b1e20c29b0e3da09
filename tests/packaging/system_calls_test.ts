import assert from "node:assert/strict";
import { builtBinary } from "../support/binary.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox, until } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const binary = await builtBinary();

/** What strace writes of a call: its process, its name, the first path in it, and all the rest. */
const CALL = /^\d+ +(\w+)\([^"]*"([^"]*)"(.*)$/;

/** How a file is opened that can be written to. */
const WRITES = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/;

testUnless(
  binary.missing ?? await missing("strace"),
  "From its start to its end the binary runs no program, and writes to nothing but its two folders",
  async () => {
    await using box = sandbox();
    const [trace, launcher] = [`${box.directory}/trace`, `${box.directory}/traced`];
    // -D makes strace the child, so that the agent has the process id that signals go to.
    Deno.writeTextFileSync(
      launcher,
      `#!/bin/sh\nPATH=/usr/bin:/usr/local/bin exec strace -D -f -q -s 4096 -o ${trace} ` +
        `-e trace=execve,execveat,open,openat,openat2,creat -E PATH -E PWD ` +
        `${binary.path} "$@"\n`,
      { mode: 0o755 },
    );
    const lake = folderLake(`${box.directory}/lake`);
    const environment = { ...box.environment, ...lake.environment };
    const agent = await box.start({ binary: launcher, environment });
    assert.equal(await post(agent, makeEvent(1)), 200);
    await flush(agent);
    assert.equal(await agent.stop(), 0, agent.log());
    assert.equal((await rowsOf(lake)).length, 1);

    const traced = () => Deno.readTextFileSync(trace);
    await until(() => new RegExp(`^${agent.pid} +\\+\\+\\+ exited`, "m").test(traced()), traced);
    const calls = traced().split("\n").map((line) => CALL.exec(line))
      .filter((call) => call !== null);
    const programs = calls.filter(([, name]) => name!.startsWith("exec")).map(([, , path]) => path);
    assert.deepEqual(programs, [binary.path]);
    const written = calls.filter(([, name, , rest]) => name !== "execve" && WRITES.test(rest!))
      .map(([, , path]) => path!);
    const own = [`${box.directory}/buffer/`, `${box.directory}/lake/`];
    assert.ok(written.some((path) => path.endsWith(".seg")), written.join("\n"));
    assert.deepEqual(written.filter((path) => !own.some((folder) => path.startsWith(folder))), []);
    // Nothing is looked for where anybody may leave something.
    const shared = calls.map(([, , path]) => path!).filter((path) => /^(\/var)?\/tmp\//.test(path));
    const its = [binary.path!, box.directory];
    assert.deepEqual(shared.filter((path) => !its.some((own) => path.startsWith(own))), []);
  },
);

async function missing(program: string): Promise<string | undefined> {
  try {
    await new Deno.Command(program, { args: ["-V"], stdout: "null" }).output();
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `there is no ${program}`;
  }
}
