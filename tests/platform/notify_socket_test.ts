import assert from "node:assert/strict";
import { microsecondsSinceBoot, openNotifySocket } from "../../src/platform/notify_socket.ts";
import { withEnvironment } from "../support/environment.ts";
import { notifyListener } from "../support/notify_listener.ts";

/** With a folder of its own for temporary files. */
async function withTemporaryFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await withEnvironment({ TMPDIR: folder }, () => run(folder));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("A message arrives at a path and at an abstract name, and no file stays", async () => {
  await withTemporaryFolder(async (folder) => {
    const name = crypto.randomUUID();
    for (
      const [path, address] of [[`${folder}/there`, `${folder}/there`], [`\0${name}`, `@${name}`]]
    ) {
      using manager = notifyListener(path!);
      const socket = openNotifySocket(address!);
      await socket.send("READY=1\nSTATUS=Up");
      assert.deepEqual(await manager.next(/./), ["READY=1", "STATUS=Up"]);
    }
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["there"]);
  });
});

Deno.test("Where nobody listens, sending fails and says so", async () => {
  await withTemporaryFolder(async (folder) => {
    await assert.rejects(openNotifySocket(`${folder}/nobody`).send("x"), /No such file/);
  });
});

Deno.test("The time since boot is not before the kernel's, and at most a second ahead", () => {
  const kernel = Number(Deno.readTextFileSync("/proc/uptime").split(" ")[0]) * 1e6;
  const ahead = microsecondsSinceBoot() - kernel;
  // The kernel's comes in hundredths of a second, and is read a moment before.
  assert.ok(ahead >= 0 && ahead < 1.5e6, `${ahead} µs`);
});
