import { connection, type DemoProcess, type Scenario, syscall } from "./event_scenario.ts";

const SHIM = ["runc", "containerd-shim", "systemd"];
const CURL = { exe: "/usr/bin/curl", parents: ["bash", ...SHIM] };

const connect = (
  rule: Scenario["rule"],
  process: DemoProcess,
  text: string,
  ...ends: Parameters<typeof connection>
) => syscall(rule, process, "connect", text, connection(...ends));

/** Connections, IPv4 and IPv6. */
export const NETWORK_SCENARIOS: readonly Scenario[] = [
  connect(
    "Contact K8S API Server From Container",
    { ...CURL, place: "cart", cmd: "curl -k https://10.96.0.1/api" },
    "A container talks to the cluster's API",
    ["10.244.1.17", 49152],
    ["10.96.0.1", 443],
  ),
  connect(
    "Contact EC2 Instance Metadata Service From Container",
    {
      ...CURL,
      place: "payments",
      user: ["app", 10001],
      cmd: "curl http://169.254.169.254/latest/",
    },
    "A container asks the cloud for credentials",
    ["10.244.2.9", 38114],
    ["169.254.169.254", 80],
  ),
  connect(
    "Contact EC2 Instance Metadata Service From Container",
    {
      ...CURL,
      place: "payments",
      user: ["app", 10001],
      cmd: "curl -6 http://[fd00:ec2::254]/latest/",
    },
    "A container asks the cloud for credentials, over IPv6",
    ["fd00:10:244:2::9", 38116],
    ["fd00:ec2::254", 80],
  ),
  connect(
    "Disallowed SSH Connection Non Standard Port",
    {
      place: "bastion",
      user: ["zoë", 1007],
      login: 1007,
      exe: "/usr/bin/ssh",
      cmd: "ssh -p 4443 git@host",
      parents: ["bash"],
      tty: 34821,
    },
    "SSH to a port that is not its own",
    ["2001:db8:0:1::23", 50522],
    ["2001:db8:ffff::7", 4443],
  ),
  connect(
    "Detect outbound connections to common miner pool ports",
    { place: "web", exe: "/tmp/xmrig", cmd: "xmrig -o pool", parents: ["sh", "nginx"] },
    "A connection to where coin miners meet",
    ["10.244.2.31", 40404],
    ["198.51.100.77", 3333],
  ),
  connect(
    "Unexpected UDP Traffic",
    {
      place: "redis",
      user: ["redis", 999],
      exe: "/usr/local/bin/redis-server",
      cmd: "redis-server *:6379",
      parents: ["containerd-shim"],
    },
    "UDP from a service that speaks none",
    ["10.244.1.40", 53124],
    ["192.0.2.53", 5353],
    "udp",
  ),
  connect(
    "Unexpected UDP Traffic",
    { place: "agent", exe: "/agent", cmd: "agent --beacon", parents: ["containerd-shim"] },
    "UDP over IPv6 from a service that speaks none",
    ["fe80::42:acff:fe11:2", 546],
    ["ff02::1:2", 547],
    "udp",
  ),
  syscall(
    "Redirect STDOUT/STDIN to Network Connection in Container",
    {
      place: "cart",
      exe: "/usr/bin/python3.13",
      cmd: "python3 -c import pty;pty.spawn('sh')",
      parents: ["bash", ...SHIM],
    },
    "dup2",
    "A shell's input comes from the network",
    connection(["10.244.1.17", 51000], ["203.0.113.66", 4444]),
  ),
  syscall(
    "Packet socket created in container",
    {
      place: "agent",
      exe: "/usr/bin/tcpdump",
      cmd: "tcpdump -i eth0",
      parents: ["sh", "containerd-shim"],
    },
    "socket",
    "A container can see other containers' packets",
    {
      "evt.args": "fd=6(<o>) domain=17(AF_PACKET) type=3 proto=3",
      "fd.name": "",
      "fd.type": "<NA>",
      "fd.l4proto": "<NA>",
      "fd.lport": null,
      "fd.rport": null,
    },
  ),
];
