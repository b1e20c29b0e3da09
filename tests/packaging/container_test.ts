import assert from "node:assert/strict";
import { builtImage } from "../support/built_image.ts";
import { readImage, unpack } from "../support/image.ts";
import { makeEvent } from "../support/make_event.ts";
import { Containers, NO_RUNC } from "../support/runc.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const archive = NO_RUNC === undefined
  ? await builtImage(Deno.build.arch)
  : { value: undefined, missing: NO_RUNC };

/** The image's files in a folder, and an empty volume with the owner and mode of the image's. */
function bundle(directory: string) {
  const image = readImage(archive.value!);
  const rootfs = `${directory}/rootfs`;
  Deno.mkdirSync(rootfs);
  unpack(image, rootfs);
  const volume = `${directory}/volume`;
  const { uid, gid, mode } = Deno.statSync(`${rootfs}/var/lib/falco-lake`);
  Deno.mkdirSync(volume, { mode: mode! & 0o777 });
  Deno.chownSync(volume, uid, gid);
  const { config } = image.config;
  return { rootfs, volume, config, containers: () => new Containers(directory, config, volume) };
}

/** Of all at and below a path, and without when it was last read, which is no change. */
function walk(path: string): readonly (readonly [string, Omit<Deno.FileInfo, "atime">])[] {
  const { atime: _, ...info } = Deno.lstatSync(path);
  const below = info.isDirectory ? [...Deno.readDirSync(path)] : [];
  return [[path, info], ...below.flatMap(({ name }) => walk(`${path}/${name}`))];
}

testUnless(
  archive.missing,
  "A container keeps an event over a SIGKILL and ships it at SIGTERM, all in its volume and nowhere else",
  async () => {
    await using box = sandbox();
    const { rootfs, volume, config, containers } = bundle(box.directory);
    await using all = containers();
    const before = walk(rootfs);
    const healthcheck = config.Healthcheck.Test.slice(1);
    // A relative path is in the volume.
    const environment = { LAKE_DIRECTORY: "lake", AWS_SECURITYLAKE_INTERVAL: "24h" };

    const first = await all.start({ environment });
    assert.deepEqual(await all.exec(first.name, healthcheck), {
      code: 0,
      stdout: "http://127.0.0.1:2801/healthz: answers 200\n",
      stderr: "",
    });
    assert.equal(await all.post(first.name, makeEvent(1)), 200);
    await all.kill(first.name);
    await first.agent.exited;

    const second = await all.start({ environment });
    assert.match(second.agent.log(), /Buffer - \/var\/lib\/falco-lake holds 1 events from before/);
    assert.equal(await all.post(second.name, makeEvent(2)), 200);
    assert.equal(await second.agent.stop(), 0, second.agent.log());
    const rows = await rowsOf(folderLake(`${volume}/lake`));
    assert.deepEqual(rows.map((row) => row["raw_data"]).sort(), [makeEvent(1), makeEvent(2)]);

    const healthOfNone = await all.run({ args: healthcheck });
    assert.deepEqual([healthOfNone.code, healthOfNone.stdout], [1, ""]);
    assert.match(healthOfNone.stderr, /127\.0\.0\.1:2801\/healthz: connection refused/);

    assert.deepEqual(walk(rootfs), before);
    for (const [path, { uid, gid, mode, isDirectory }] of walk(volume)) {
      const expected = [65532, 65532, isDirectory ? 0o700 : 0o600];
      assert.deepEqual([uid, gid, mode! & 0o7777], expected, path);
    }
  },
);

testUnless(
  archive.missing,
  "Outside of the volume nothing can be written, and the log says which key wanted to",
  async () => {
    await using box = sandbox();
    await using all = bundle(box.directory).containers();
    const noBuffer = await all.run({
      environment: { LAKE_DIRECTORY: "lake", BUFFER_DIRECTORY: "/opt/x" },
    });
    assert.equal(noBuffer.code, 1);
    assert.match(noBuffer.stderr, /buffer\.directory \/opt\/x: .*[Rr]ead-only file system/);

    const { agent, name } = await all.start({ environment: { LAKE_DIRECTORY: "/opt/x" } });
    assert.match(agent.log(), /\[ERROR\] : .*\/opt\/x cannot be written to: .*[Rr]ead-only/);
    // The events wait.
    assert.equal(await all.post(name, makeEvent(1)), 200);
    assert.equal(await agent.stop(), 0);
    assert.match(agent.log(), /1 events wait on disk/);
  },
);

testUnless(
  archive.missing,
  "In a container there is no shell, and the process has no privileges",
  async () => {
    await using box = sandbox();
    await using all = bundle(box.directory).containers();
    const { agent, name } = await all.start({ environment: { LAKE_DIRECTORY: "lake" } });
    assert.notEqual((await all.exec(name, ["sh", "-c", "true"])).code, 0);
    const state = await all.state(name);
    const status = Deno.readTextFileSync(`/proc/${state.pid}/status`);
    for (const line of [/^Uid:(\s+65532){4}$/m, /^CapEff:\s+0+$/m, /^NoNewPrivs:\s+1$/m]) {
      assert.match(status, line);
    }
    assert.equal(await agent.stop(), 0);
  },
);
