import assert from "node:assert/strict";
import { systemClock } from "../../src/platform/clock.ts";
import { serve } from "../../src/receiver/server.ts";
import { captureLog } from "../support/capture_log.ts";
import { lengthOf } from "../support/tls_port.ts";

Deno.test("A port that is taken is named with the keys it comes from", async () => {
  const dependencies = { log: captureLog(), clock: systemClock };
  const hostname = "127.0.0.1";
  const first = await serve(lengthOf, { hostname, port: 0 }, dependencies);
  const { port } = first;
  await assert.rejects(serve(lengthOf, { hostname, port }, dependencies), {
    message: new RegExp(
      `^Cannot listen, as listenaddress "127\\.0\\.0\\.1" and listenport ${port} say: .*in use`,
    ),
  });
  const keys = { address: "listenaddress", port: "tlsserver.notlsport" };
  await assert.rejects(serve(lengthOf, { hostname, port, keys }, dependencies), {
    message: new RegExp(` and tlsserver\\.notlsport ${port} say: .*in use`),
  });
  await first.close();
});
