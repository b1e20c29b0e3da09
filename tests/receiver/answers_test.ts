import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { gzipped, json, plainText } from "../../src/receiver/answers.ts";
import { textOf } from "../support/open_buffer.ts";
import { bodyText, receiver } from "./receiver.ts";
import { request } from "./request.ts";

Deno.test("plainText() is what Go's http.Error makes; without nosniff when it is no error", () => {
  const type = "text/plain; charset=utf-8";
  assert.deepEqual(plainText(200, "pong\n"), {
    status: 200,
    headers: { "content-type": type },
    body: "pong\n",
  });
  assert.deepEqual(plainText(503, "no\n", { "retry-after": "1" }), {
    status: 503,
    headers: {
      "content-type": type,
      "x-content-type-options": "nosniff",
      "retry-after": "1",
    },
    body: "no\n",
  });
});

Deno.test("json() is a value on lines of its own, with its type", () => {
  const { status, headers, body } = json(503, { status: "not ready", reasons: ["\n"] });
  assert.equal(status, 503);
  assert.deepEqual(headers, { "content-type": "application/json" });
  assert.equal(body, '{\n  "status": "not ready",\n  "reasons": [\n    "\\n"\n  ]\n}\n');
});

const TAKES: readonly [accepted: string | undefined, gzip: boolean][] = [
  [undefined, false],
  ["", false],
  ["identity", false],
  ["br, zstd, deflate", false],
  ["gzip", true],
  ["GZIP", true],
  ["x-gzip", true], // RFC 9110, 8.4.1.3: the same
  ["deflate, gzip;q=1.0, *;q=0.5", true],
  ["br , gzip ; q=0.001", true],
  ["gzip;q=0", false],
  ["gzip; Q=0.000", false],
  ["gzip;q=0, *", false], // the name counts before the star
  ["*", true],
  ["*;q=0", false],
  ["identity;q=0, *;q=0.1", true],
  ["gzip;q=", false],
  ["gzip;q=none", false],
  ["gzip;q=-1", false],
  ["gzipped", false],
  ["gzip;level=9", true],
  [",,;,gzip,", true],
];

for (const [accepted, takes] of TAKES) {
  Deno.test(`Accept-Encoding ${JSON.stringify(accepted)} ${takes ? "gets" : "does not get"} gzip`, async () => {
    const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
    const answer = { status: 200, headers: { "content-type": "text/plain" }, body: "é\n" };
    const sent = await gzipped(request("GET", "/metrics", "", headers), answer);
    assert.equal(sent.status, 200);
    assert.deepEqual(sent.headers, {
      "content-type": "text/plain",
      vary: "Accept-Encoding",
      ...(takes && { "content-encoding": "gzip" }),
    });
    if (typeof sent.body === "string") assert.equal(takes, false);
    else assert.equal(takes, true);
    const body = typeof sent.body === "string" ? sent.body : textOf(gunzipSync(sent.body));
    assert.equal(body, "é\n");
  });
}

Deno.test("/metrics is compressed for a client that takes gzip, and says the same", async () => {
  const { handler } = receiver();
  const plain = await handler(request("GET", "/metrics"));
  const packed = await handler(request("GET", "/metrics", "", { "accept-encoding": "gzip" }));
  assert.equal(packed.headers["content-encoding"], "gzip");
  assert.equal(packed.headers["content-type"], plain.headers["content-type"]);
  assert.ok(packed.body instanceof Uint8Array);
  assert.equal(textOf(gunzipSync(packed.body)), bodyText(plain));
});

Deno.test("/readyz answers 503 with the reasons, and 200 without any; /status always 200", async () => {
  const reasons = ["the buffer is full: it holds 5 bytes"];
  const warnings = ["1 batch is set aside"];
  for (const ready of [true, false]) {
    const { handler } = receiver({
      readiness: () => ({ ready, reasons: ready ? [] : reasons, warnings }),
      status: () => ({ version: "1", ready }),
    });
    for (const method of ["GET", "POST"]) {
      const answer = await handler(request(method, "/readyz"));
      assert.equal(answer.status, ready ? 200 : 503);
      assert.equal(answer.headers["content-type"], "application/json");
      assert.deepEqual(JSON.parse(bodyText(answer)), {
        status: ready ? "ok" : "not ready",
        reasons: ready ? [] : reasons,
        warnings,
      });
      const status = await handler(request(method, "/status"));
      assert.equal(status.status, 200);
      assert.deepEqual(JSON.parse(bodyText(status)), { version: "1", ready });
      // Kubernetes restarts what /healthz does not answer: that would lose nothing and help nobody.
      assert.equal((await handler(request(method, "/healthz"))).status, 200);
    }
  }
});
