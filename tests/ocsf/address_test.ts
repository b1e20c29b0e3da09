import assert from "node:assert/strict";
import fc from "fast-check";
import { isHostname } from "../../src/ocsf/hostname.ts";
import { ipVersion } from "../../src/ocsf/ip.ts";
import { loadModel } from "./support.ts";
import { NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

Deno.test("IP addresses are told by version", () => {
  for (const ip of ["0.0.0.0", "255.255.255.255", "10.42.0.17"]) assert.equal(ipVersion(ip), 4, ip);
  const version6 = [
    ...[
      "::",
      "::1",
      "1::",
      "fe80::1",
      "2001:db8::ff00:42:8329",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7::",
    ],
    ...["::2:3:4:5:6:7:8", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "ABCD:EF01::"],
  ];
  for (const ip of version6) assert.equal(ipVersion(ip), 6, ip);
});

Deno.test("what only looks like an IP address is none", () => {
  const others = [
    ...[
      "",
      "1.2.3",
      "1.2.3.4.",
      "1.2.3.4.5",
      "256.1.1.1",
      "01.2.3.4",
      "1.2.3.4 ",
      "localhost",
      "x.x.x.x",
    ],
    ...[":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::"],
    ...["g::", "fe80::1%eth0", "1.2.3.4::", "::1.2.3", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:"],
    "0000:0000:0000:0000:0000:ffff:192.168.100.200", // right, but longer than an ip_t may be
  ];
  for (const text of others) assert.equal(ipVersion(text), undefined, text);
});

Deno.test("a hostname is DNS labels of letters, digits and inner hyphens, 253 characters at most", () => {
  for (
    const name of ["a", "db1", "ip-10-0-1-7.eu-west-1.compute.internal", "8d5d68bba707", "A-1.b"]
  ) {
    assert.ok(isHostname(name), name);
  }
  const others = ["", "-a", "a-", "a..b", ".a", "a.", "edge_7", "a b", "a\n", "é", "a".repeat(254)];
  for (const name of others) assert.ok(!isHostname(name), name);
});

testUnless(
  NO_SHARED,
  "whatever passes for an address or hostname matches OCSF's own pattern",
  () => {
    const { types } = loadModel();
    const ip = new RegExp(types["ip_t"]!.regex!);
    const hostname = new RegExp(types["hostname_t"]!.regex!);
    const almost = fc.array(fc.constantFrom("1", "ab", "255", "0", ":", "::", ".", "-"), {
      maxLength: 16,
    }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(almost, fc.ipV4(), fc.ipV6(), fc.domain()), (text) => {
        if (ipVersion(text) !== undefined) assert.match(text, ip);
        if (isHostname(text)) assert.match(text, hostname);
      }),
      { numRuns: 5000 },
    );
  },
);
