import assert from "node:assert/strict";
import { parseSocketName } from "../../src/ocsf/fd_name.ts";

Deno.test("an IPv4 connection has a client and a server", () => {
  assert.deepEqual(parseSocketName("10.0.0.1:47048->192.0.2.7:443"), {
    client: { ip: "10.0.0.1", port: 47048 },
    server: { ip: "192.0.2.7", port: 443 },
  });
});

Deno.test("an IPv6 connection is understood without brackets, as Falco writes it, and with", () => {
  const expected = { client: { ip: "::1", port: 40856 }, server: { ip: "2001:db8::2", port: 80 } };
  assert.deepEqual(parseSocketName("::1:40856->2001:db8::2:80"), expected);
  assert.deepEqual(parseSocketName("[::1]:40856->[2001:db8::2]:80"), expected);
  assert.deepEqual(parseSocketName("::ffff:10.0.0.1:5->::1:6")?.client, {
    ip: "::ffff:10.0.0.1",
    port: 5,
  });
});

Deno.test("a listener is a server alone", () => {
  assert.deepEqual(parseSocketName("0.0.0.0:8080"), { server: { ip: "0.0.0.0", port: 8080 } });
  assert.deepEqual(parseSocketName(":::22"), { server: { ip: "::", port: 22 } });
});

Deno.test("a port printed as a service's name is left out", () => {
  assert.deepEqual(parseSocketName("10.0.0.1:47048->192.0.2.7:https"), {
    client: { ip: "10.0.0.1", port: 47048 },
    server: { ip: "192.0.2.7" },
  });
});

Deno.test("what is not a socket is not taken for one", () => {
  const others = [
    ...["/etc/shadow", "/run/a->b:1", "", "->", ":", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536"],
    ...["1.2.3.4:-1", "1.2.3:80", "a:1->b:2", "1.2.3.4:5->", "->1.2.3.4:5", "pipe:[4026531835]"],
    ...["1.2.3.4:5->6.7.8.9:10->1.2.3.4:5", "memfd:x", "anon_inode:[eventfd]", "1.2.3.4:123456"],
  ];
  for (const name of others) assert.equal(parseSocketName(name), undefined, name);
});
