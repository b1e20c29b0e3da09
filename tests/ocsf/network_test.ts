import assert from "node:assert/strict";
import { mapFields } from "./support.ts";

/** Evidence and unmapped fields of a system call with these fields. */
function network(fields: Readonly<Record<string, unknown>>) {
  const { evidences, unmapped } = mapFields(fields);
  const { src_endpoint: source, dst_endpoint: destination, connection_info: connection, file } =
    evidences?.[0] ?? {};
  return { source, destination, connection, file, unmapped };
}

Deno.test("client and server fields are source and destination", () => {
  assert.deepEqual(
    network({
      "fd.cip": "10.0.0.1",
      "fd.cport": 5000,
      "fd.sip": "192.0.2.1",
      "fd.sport": "443",
      "fd.sip.name": "example.org",
      "fd.l4proto": "udp",
    }),
    {
      source: { ip: "10.0.0.1", port: 5000 },
      destination: { ip: "192.0.2.1", port: 443, hostname: "example.org" },
      connection: { direction_id: 0, protocol_name: "udp", protocol_num: 17, protocol_ver_id: 4 },
      file: undefined,
      unmapped: undefined,
    },
  );
});

Deno.test("fd.name is understood where the sides are not printed", () => {
  const { source, destination, unmapped } = network({
    "fd.name": "::1:5->::2:6",
    "fd.type": "ipv6",
  });
  assert.deepEqual(source, { ip: "::1", port: 5 });
  assert.deepEqual(destination, { ip: "::2", port: 6 });
  assert.equal(unmapped, undefined);
});

Deno.test("a local side that Falco took for the server is put where fd.name has it", () => {
  const { source, destination, unmapped } = network({
    "fd.name": "172.17.0.5:47644->23.215.0.136:443",
    "fd.lport": 443,
    "fd.rport": 47644,
  });
  assert.deepEqual(source, { ip: "172.17.0.5", port: 47644 });
  assert.deepEqual(destination, { ip: "23.215.0.136", port: 443 });
  assert.equal(unmapped, undefined);
});

Deno.test("local and remote are source and destination when nothing else is known", () => {
  const { source, destination, unmapped } = network({
    "fd.lip": "10.0.0.1",
    "fd.lport": 1,
    "fd.rip": "10.0.0.2",
    "fd.rport": 2,
    "fd.rip.name": "b.example",
  });
  assert.deepEqual(source, { ip: "10.0.0.1", port: 1 });
  assert.deepEqual(destination, { ip: "10.0.0.2", port: 2, hostname: "b.example" });
  assert.equal(unmapped, undefined);
});

Deno.test("fields that contradict each other are not mixed: the weaker stay unmapped", () => {
  const { source, destination, unmapped } = network({
    "fd.sip": "192.0.2.1",
    "fd.name": "10.0.0.1:5->10.0.0.2:6",
    "fd.rip": "192.0.2.9",
    "fd.lip": "192.0.2.8",
  });
  assert.deepEqual(destination, { ip: "192.0.2.1" });
  assert.equal(source, undefined);
  assert.deepEqual(unmapped, {
    "fd.name": "10.0.0.1:5->10.0.0.2:6",
    "fd.rip": "192.0.2.9",
    "fd.lip": "192.0.2.8",
  });
});

Deno.test("a port without an address is no endpoint", () => {
  const { source, destination, unmapped } = network({ "fd.lport": 22, "fd.rport": 50000 });
  assert.equal(source, undefined);
  assert.equal(destination, undefined);
  assert.deepEqual(unmapped, { "fd.lport": "22", "fd.rport": "50000" });
});

Deno.test("ports beyond 65535, names that are no hostnames and no IPs stay unmapped", () => {
  const { source, unmapped } = network({
    "fd.cip": "10.0.0.1",
    "fd.cport": 65536,
    "fd.cip.name": "not_a_host",
    "fd.sip": "x.x.x.x",
  });
  assert.deepEqual(source, { ip: "10.0.0.1" });
  assert.deepEqual(unmapped, {
    "fd.cport": "65536",
    "fd.cip.name": "not_a_host",
    "fd.sip": "x.x.x.x",
  });
});

Deno.test("a listener is a destination alone", () => {
  const { source, destination } = network({ "fd.name": "0.0.0.0:4444", "fd.type": "ipv4" });
  assert.equal(source, undefined);
  assert.deepEqual(destination, { ip: "0.0.0.0", port: 4444 });
});

Deno.test("local and remote go where more of them is the same as what client and server say", () => {
  const accepted = { "fd.cip": "9.9.9.9", "fd.sip": "10.0.0.5", "fd.sport": 22, "fd.lport": 22 };
  const { source, destination, unmapped } = network({ ...accepted, "fd.rport": 5000 });
  assert.deepEqual(source, { ip: "9.9.9.9", port: 5000 });
  assert.deepEqual(destination, { ip: "10.0.0.5", port: 22 });
  assert.equal(unmapped, undefined);
});

Deno.test("a local address that is the server's is not the client's as well", () => {
  const { source, destination } = network({
    "fd.sip": "10.0.0.5",
    "fd.sport": 22,
    "fd.lip": "10.0.0.5",
    "fd.lport": 22,
  });
  assert.equal(source, undefined);
  assert.deepEqual(destination, { ip: "10.0.0.5", port: 22 });
});

Deno.test("ports that could be either side's stay unmapped", () => {
  const { source, unmapped } = network({ "fd.cip": "9.9.9.9", "fd.lport": 1, "fd.rport": 2 });
  assert.deepEqual(source, { ip: "9.9.9.9" });
  assert.deepEqual(unmapped, { "fd.lport": "1", "fd.rport": "2" });
});

Deno.test("whoever accepts a connection is its server", () => {
  const sides = { "fd.lip": "10.0.0.5", "fd.lport": 22, "fd.rip": "9.9.9.9", "fd.rport": 5000 };
  const local = { ip: "10.0.0.5", port: 22 };
  const remote = { ip: "9.9.9.9", port: 5000 };
  const accepted = network({ ...sides, "evt.type": "accept4" });
  assert.deepEqual([accepted.source, accepted.destination], [remote, local]);
  const connected = network({ ...sides, "evt.type": "connect" });
  assert.deepEqual([connected.source, connected.destination], [local, remote]);
});

Deno.test("a port by its service's name has no place, so fd.name stays", () => {
  const { destination, unmapped } = network({ "fd.name": "10.0.0.5:ssh", "fd.type": "ipv4" });
  assert.deepEqual(destination, { ip: "10.0.0.5" });
  assert.deepEqual(unmapped, { "fd.name": "10.0.0.5:ssh" });
});

Deno.test("icmp over IPv6 has a number of its own", () => {
  const numberOf = (type: string) =>
    mapFields({ "fd.l4proto": "icmp", "fd.type": type, "fd.sip": "::1" })
      .evidences?.[0]?.connection_info?.protocol_num;
  assert.deepEqual([numberOf("ipv4"), numberOf("ipv6")], [1, 58]);
});
