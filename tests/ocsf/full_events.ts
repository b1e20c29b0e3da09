/** Events that together fill every attribute there is, in every version. */
import { CLOUD_EVENTS } from "./full_events_cloud.ts";
import { K8S_AUDIT_EVENTS, OKTA_EVENTS } from "./full_events_k8s_okta.ts";
import { eventText } from "./support.ts";

const SYSCALL = eventText({
  output: "o",
  hostname: "h",
  tags: ["maturity_stable", "mitre_execution", "T1059.004"],
  output_fields: {
    ...{ "proc.name": "a", "proc.pid": 1, "proc.vpid": 2, "thread.tid": 3, "proc.tty": 34816 },
    ...{ "proc.cmdline": "a b", "proc.exepath": "/bin/a", "proc.cwd": "/tmp" },
    ...{ "proc.exe_ino.mtime": "1767323045123456789", "proc.exe_ino.ctime": "1767323045123456789" },
    ...{
      "proc.exe_ino.ctime_duration_proc_start": 10,
      "proc.sname": "sshd",
      "proc.sid": 9,
      "proc.env": "A=b",
    },
    ...{ "thread.cap_effective": "CAP_CHOWN", "thread.cap_permitted": "CAP_CHOWN" },
    ...{ "proc.pid.ts": "1767323045000000000", "proc.ppid.ts": "1767323044000000000" },
    ...{ "user.name": "u", "user.uid": 4, "user.loginuid": 5, "user.loginname": "l" },
    ...{ "group.name": "g", "group.gid": 6 },
    ...{ "proc.aname[2]": "c", "proc.aexepath[2]": "/bin/c" },
    ...{ "proc.acmdline[2]": "c d", "proc.apid[2]": 8 },
    ...{ "proc.pname": "p", "proc.ppid": 7, "proc.pcmdline": "p q", "proc.pexepath": "/bin/p" },
    ...{ "container.id": "i", "container.name": "n", "container.type": "docker" },
    ...{ "container.image.repository": "r", "container.image.tag": "t", "container.labels": "a:b" },
    ...{ "k8s.pod.name": "k", "k8s.ns.name": "s", "k8s.pod.labels": "l:1" },
    "k8s.pod.uid": "0d5f5c4e-9d0a-4d55-8c41-6a1f0c2f9b11",
    ...{ "fd.cip": "10.0.0.1", "fd.cport": 8, "fd.cip.name": "c", "fd.l4proto": "tcp" },
    ...{ "fd.sip": "10.0.0.2", "fd.sport": 9, "fd.sip.name": "s", "fd.name": "/etc/passwd" },
    ...{ "evt.type": "open", "evt.arg.flags": "O_RDONLY", "evt.arg.mode": "0755" },
    ...{ "evt.res": "ENOENT", other: "x" },
  },
});

/** Without a pid, and with a result that is no error. */
const WITHOUT_PID = eventText({
  hostname: "h_1",
  output_fields: { "proc.name": "a", "proc.pname": "b", "evt.type": "close", "evt.res": "SUCCESS" },
});

export const FULL_EVENTS: readonly string[] = [
  SYSCALL,
  WITHOUT_PID,
  ...K8S_AUDIT_EVENTS,
  ...OKTA_EVENTS,
  ...CLOUD_EVENTS,
];
