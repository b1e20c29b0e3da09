import assert from "node:assert/strict";
import { builtBinary } from "../support/binary.ts";
import { makeEvent } from "../support/make_event.ts";
import { NO_QEMU, writeQemuLauncher } from "../support/qemu.ts";
import { metric, post, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const binary = NO_QEMU === undefined
  ? await builtBinary("aarch64")
  : { path: undefined, missing: NO_QEMU };

/** The machine that a program is for, at its place in the ELF header: 183 is EM_AARCH64. */
function machineOf(path: string): number {
  using file = Deno.openSync(path);
  const header = new Uint8Array(20);
  file.readSync(header);
  return new DataView(header.buffer).getUint16(18, true);
}

testUnless(
  binary.missing,
  "The aarch64 binary says its version, checks its configuration and takes an event from HTTP to Parquet",
  async () => {
    assert.equal(machineOf(binary.path!), 183);
    await using box = sandbox();
    const launcher = writeQemuLauncher(`${box.directory}/qemu`, binary.path!);
    const version = await box.run(["version"], { binary: launcher });
    assert.equal(version.code, 0, version.stderr);
    assert.match(version.stdout, /aarch64/);

    const lake = folderLake(`${box.directory}/lake`);
    const environment = {
      ...box.environment,
      ...lake.environment,
      LAKE_SHUTDOWNTIMEOUT: "60s", // the encoder takes seconds to start under qemu
    };
    const check = await box.run(["check"], { binary: launcher, environment });
    assert.equal(check.code, 0, check.stdout + check.stderr);

    const agent = await box.start({ binary: launcher, environment });
    assert.equal(await post(agent, makeEvent(1)), 200);
    assert.equal(await metric(agent, "falco_lake_buffer_events"), 1);
    assert.equal(await agent.stop(), 0, agent.log());
    const rows = await rowsOf(lake);
    assert.deepEqual(rows.map((row) => row["raw_data"]), [makeEvent(1)]);
  },
);
