import assert from "node:assert/strict";
import { type Endpoint, endpointOf, ENDPOINTS } from "../../src/receiver/endpoints.ts";
import { bodyText, receiver } from "./receiver.ts";
import { request } from "./request.ts";

const ALL = new Set<Endpoint>(ENDPOINTS);
const of = (target: string, served: Iterable<Endpoint> = ALL) =>
  endpointOf(request("GET", target), new Set(served));

Deno.test("Every path that is served is its own endpoint, whatever its query; all others are /", () => {
  for (const endpoint of ENDPOINTS) {
    for (const rest of ["", "?", "?a=/ping", "#part", "?a#b"]) {
      assert.equal(of(endpoint + rest), endpoint, endpoint + rest);
    }
  }
  for (
    const target of [
      ...["", "?", "/?/ping", "*", "ping", "//", "//ping", "/ping/", "/ping/x", "/PING", "/pin"],
      ...["/any/path", "/metrics2", "/debug/vars", "/ping%3f", "/__proto__", "/é"],
    ]
  ) assert.equal(of(target), "/", target);
});

Deno.test("A whole URL is the path in it, of any host and scheme's case", () => {
  const cases: readonly [target: string, endpoint: Endpoint][] = [
    ["http://host/ping", "/ping"],
    ["HTTPS://host:2801/metrics?x", "/metrics"],
    ["http://user@[::1]:1/status", "/status"],
    ["http://host", "/"],
    ["http://host?/ping", "/"],
    ["http://host#/ping", "/"],
    ["http:///ping", "/ping"],
    ["http://host/http://other/ping", "/"],
    ["ftp://host/ping", "/"],
  ];
  for (const [target, endpoint] of cases) assert.equal(of(target), endpoint, target);
});

Deno.test("What a port does not serve is / there, or nothing when that is not served either", () => {
  const cases: readonly [served: readonly Endpoint[], target: string, Endpoint | undefined][] = [
    [["/"], "/ping", "/"],
    [["/", "/ping"], "/ping", "/ping"],
    [["/", "/ping"], "/status", "/"],
    [["/ping"], "/ping", "/ping"],
    [["/ping"], "/", undefined],
    [["/ping"], "/status", undefined],
    [["/ping"], "/any", undefined],
    [["/ping"], "", undefined],
    [[], "/", undefined],
  ];
  for (const [served, target, endpoint] of cases) {
    assert.equal(of(target, served), endpoint, `${target} of ${served}`);
  }
});

Deno.test("A path that a port serves nothing for gets Go's 404, by any method, and counts as no request", async () => {
  const { handler, log, stored, metrics } = receiver();
  for (const method of ["GET", "POST"]) {
    const answer = await handler(request(method, "/x", "{}"), new Set<Endpoint>(["/ping"]));
    assert.equal(answer.status, 404);
    assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(bodyText(answer), "404 page not found\n");
  }
  assert.deepEqual([log, stored], [[], []]);
  const { text } = await metrics.scrape();
  assert.match(text, /^falcosecurity_falcosidekick_inputs_total\{.*status="rejected"\} 0$/m);
});

Deno.test("On a port without it, a path is one for events", async () => {
  const { handler } = receiver();
  const served = new Set<Endpoint>(["/"]);
  const answer = await handler(request("GET", "/metrics"), served);
  assert.deepEqual([answer.status, bodyText(answer)], [400, "Please send with post http method\n"]);
});
