import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const CONNECTIONS = 3000;

Deno.test("Connections that the server closes do not stay in memory", async () => {
  const script = fileURLToPath(import.meta.resolve("./closed_sockets_child.ts"));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--v8-flags=--expose-gc", script, String(CONNECTIONS)],
  }).output();
  const text = new TextDecoder();
  assert.equal(code, 0, text.decode(stderr));
  const grown: Readonly<Record<string, number>> = JSON.parse(text.decode(stdout));
  assert.deepEqual(Object.keys(grown), ["closed", "malformed", "refused"]);
  // Without letting go, each keeps 2 kB and more.
  for (const [kind, bytes] of Object.entries(grown)) {
    assert.ok(bytes < 1000 * CONNECTIONS, `${kind}: ${bytes / CONNECTIONS} bytes each`);
  }
});
