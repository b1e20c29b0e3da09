import assert from "node:assert/strict";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { ReceiverHandler } from "../../src/receiver/handler.ts";
import type { HttpRequest } from "../../src/receiver/http.ts";
import { bytesOf } from "../support/open_buffer.ts";
import { bodyText, receiver } from "./receiver.ts";
import { post, request } from "./request.ts";

const EVENT =
  '{"output":"o","priority":"Error","rule":"R","time":"2026-11-21T12:00:00Z","output_fields":{"k8s.ns.name":5}}';

async function answer(handler: ReceiverHandler, request: HttpRequest): Promise<[number, string]> {
  const response = await handler(request);
  return [response.status, bodyText(response)];
}

Deno.test("POST of an event is answered 200 with nothing in it, at any path, and stored as received", async () => {
  const { handler, stored } = receiver();
  assert.deepEqual(await answer(handler, post(EVENT)), [200, ""]);
  assert.deepEqual(await answer(handler, post(` ${EVENT}\n`, {}, "/any/path")), [200, ""]);
  assert.deepEqual(stored, [EVENT, EVENT]);
});

Deno.test("POST of many events stores all of them, by line, joined, or in an array", async () => {
  for (const body of [`${EVENT}\n${EVENT}\n`, `${EVENT}${EVENT}`, `[${EVENT},${EVENT}]`]) {
    const { handler, stored } = receiver();
    assert.deepEqual(await answer(handler, post(body)), [200, ""]);
    assert.deepEqual(stored, [EVENT, EVENT]);
  }
});

Deno.test("POST of many with a bad one stores the good ones and names the bad one's line", async () => {
  const { handler, stored } = receiver();
  const body = `${EVENT}\n{"rule":"x"}\n${EVENT}`;
  assert.deepEqual(await answer(handler, post(body)), [
    400,
    "Please send a valid request body: stored 2 events, refused 1, the first at line 2: " +
    "priority is missing\n",
  ]);
  assert.deepEqual(stored, [EVENT, EVENT]);
});

Deno.test("POST of what is no event gets falcosidekick's 400, and the log says why", async () => {
  const empty = "\ufeff" + EVENT;
  for (const body of ["", "null", "{}", "[1]", "[]", "garbage", empty]) {
    const { handler, stored, log } = receiver();
    assert.deepEqual(await handler(post(body)), {
      status: 400,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
      },
      body: "Please send a valid request body\n",
    });
    assert.deepEqual(stored, []);
    assert.match(log[0] ?? "", /^WARN Receiver - request refused with 400: ./);
  }
});

Deno.test("Any other method gets falcosidekick's 400", async () => {
  const { handler } = receiver();
  for (const method of ["GET", "PUT", "DELETE"]) {
    for (const path of ["/", "/test", "/debug/vars"]) {
      assert.deepEqual(await answer(handler, request(method, path)), [
        400,
        "Please send with post http method\n",
      ]);
    }
  }
});

Deno.test("/ping and /healthz answer as falcosidekick's do, by any method", async () => {
  const { handler } = receiver();
  for (const target of ["/ping", "/ping?x=/y", "http://host/ping"]) {
    assert.deepEqual(await handler(request("GET", target)), {
      status: 200,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: "pong\n",
    });
  }
  assert.deepEqual(await handler(request("POST", "/healthz", "x")), {
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"status": "ok"}',
  });
});

Deno.test("POST /test stores a test event, whatever the body", async () => {
  const { handler, stored } = receiver();
  assert.deepEqual(await answer(handler, post("ignored", {}, "/test")), [200, ""]);
  const event = JSON.parse(stored[0]!);
  assert.equal(event.rule, "Test rule");
  assert.equal(event.time, "2026-11-21T12:00:00Z");
});

Deno.test("Compressed bodies are accepted by their Content-Encoding", async () => {
  const encodings = [
    ["gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["zstd", zstdCompressSync],
    ["identity", bytesOf],
  ] as const;
  for (const [encoding, compress] of encodings) {
    const { handler, stored } = receiver();
    const body = compress(`${EVENT}\n${EVENT}`);
    assert.deepEqual(await answer(handler, post(body, { "content-encoding": encoding })), [
      200,
      "",
    ]);
    assert.deepEqual(stored, [EVENT, EVENT]);
  }
});

Deno.test("A body beyond the limits is refused with 413, declared, chunked or decompressed", async () => {
  const declared = post("x".repeat(1001));
  const chunked = post([new Uint8Array(600), new Uint8Array(600)]);
  const bomb = post(gzipSync("x".repeat(2001)), { "content-encoding": "gzip" });
  for (const large of [declared, chunked, bomb]) {
    const { handler, stored } = receiver();
    const [status, text] = await answer(handler, large);
    assert.equal(status, 413);
    assert.match(text, /^Request body too large: .*receiver\.max(body|decompressed)size/);
    assert.deepEqual(stored, []);
  }
});

Deno.test("Broken or unknown compression is refused with 400", async () => {
  for (const encoding of ["gzip", "constructor", "lzma"]) {
    const { handler } = receiver();
    const [status] = await answer(handler, post("xxxx", { "content-encoding": encoding }));
    assert.equal(status, 400);
  }
});

Deno.test("What the buffer cannot take is answered 503 with Retry-After, and says why", async () => {
  const { handler } = receiver({
    store: () => Promise.resolve({ kind: "full", reason: "the buffer holds 5 bytes" }),
  });
  const { status, headers, body } = await handler(post(EVENT));
  assert.deepEqual([status, headers["retry-after"]], [503, "1"]);
  assert.equal(body, "Event not stored: the buffer holds 5 bytes\n");
});

Deno.test("A 503 is said in the log, since Falco ignores it; a flood of them is counted only", async () => {
  const { handler, log } = receiver({
    store: () => Promise.resolve({ kind: "full", reason: "the buffer holds 5 bytes" }),
  });
  await handler(post(EVENT));
  assert.deepEqual(log, ["WARN Receiver - request refused with 503: the buffer holds 5 bytes"]);
  for (let at = 0; at < 100; at++) await handler(post(EVENT));
  assert.equal(log.length, 11);
});

Deno.test("Events below the minimum priority are answered 200 and not kept; the test rule always is", async () => {
  const { handler, stored } = receiver({ wanted: { minimumPriority: "Critical" } });
  const important = EVENT.replace("Error", "Alert");
  const test = EVENT.replace('"R"', '"Test rule"');
  for (const body of [EVENT, important, test]) {
    assert.deepEqual(await answer(handler, post(body)), [200, ""]);
  }
  assert.deepEqual(stored, [important, test]);
});

Deno.test("/metrics counts requests and events under falcosidekick's names", async () => {
  const { handler } = receiver();
  await handler(post(EVENT));
  await handler(post("garbage"));
  const [, text] = await answer(handler, request("GET", "/metrics"));
  const lines = text.split("\n");
  const expected = [
    'falcosecurity_falcosidekick_inputs_total{source="requests",status="accepted"} 1',
    'falcosecurity_falcosidekick_inputs_total{source="requests",status="rejected"} 1',
    'falcosecurity_falcosidekick_falco_events_total{hostname="unknown",rule="R",priority="5",' +
    'priority_raw="error",source="syscall",k8s_ns_name="",k8s_pod_name=""} 1',
    "# TYPE falco_lake_buffer_dropped_events_total counter",
  ];
  for (const line of expected) assert.ok(lines.includes(line), `${line}\nis not in\n${text}`);
});

Deno.test("/metrics holds a bounded number of series, however many rules are sent", async () => {
  const { handler } = receiver();
  for (let at = 0; at < 2500; at++) await handler(post(EVENT.replace('"R"', `"rule ${at}"`)));
  const [, text] = await answer(handler, request("GET", "/metrics"));
  const series = text.split("\n").filter((line) => line.includes("falco_events_total{"));
  assert.equal(series.length, 2001);
  assert.ok(series.some((line) => line.includes('rule="other"') && line.endsWith(" 500")));
});
