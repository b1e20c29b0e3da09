/** Falco events as no rule writes them, but as the receiver would accept them. */
import fc from "fast-check";
import { PRIORITIES } from "../../src/event/priority.ts";

const ANCESTRY = [0, 1, 2, 3, 7, 8].flatMap((n) => [`proc.aname[${n}]`, `proc.aexepath[${n}]`]);

/** Of every plugin some fields of every kind. */
const PLUGIN_FIELDS = [
  ...["verb", "target.resource", "target.subresource", "target.name", "target.namespace"],
  ...["user.name", "user.groups", "auth.decision", "auth.reason", "sourceips", "uri", "auditid"],
  ...["response.code", "response.reason", "req.pod.containers.image", "req.configmap.name"],
  ...["resp.name", "req.binding.role", "useragent", "uri.param[command]"],
].map((field) => `ka.${field}`).concat(
  ["name", "src", "id", "requestid", "error", "srcip", "user", "user.arn", "user.accountid"].map(
    (field) => `ct.${field}`,
  ),
  ["region", "recipientaccountid", "request.name", "request.host", "response", "useragent"].map(
    (field) => `ct.${field}`,
  ),
  ["evt.type", "actor.name", "actor.id", "actor.alternateid", "client.ip", "result", "reason"].map(
    (field) => `okta.${field}`,
  ),
  ["type", "action", "user", "org", "owner", "repo.name", "repo.url", "webhook.id"].map(
    (field) => `github.${field}`,
  ),
  ["webhook.type", "collaborator.name", "collaborator.role", "workflow.filename"].map(
    (field) => `github.${field}`,
  ),
  ["methodName", "serviceName", "user", "callerIP", "projectId", "location", "request"].map(
    (field) => `gcp.${field}`,
  ),
  ["s3.bucket", "s3.key", "gcp.storage.bucket", "gcp.authorizationInfo", "evt.plugininfo"],
);

/** Every field that a mapper asks for, with neighbours that none asks for. */
const FIELD_NAMES = [
  ...["proc.name", "proc.cmdline", "proc.exepath", "proc.pid", "proc.vpid", "thread.tid"],
  ...["proc.pname", "proc.ppid", "proc.pcmdline", "proc.pexepath", "proc.tty", ...ANCESTRY],
  ...["proc.exe", "proc.pexe", "proc.args", "proc.cwd", "proc.env", "proc.sname"],
  ...["mtime", "ctime", "ctime_duration_proc_start"].map((part) => `proc.exe_ino.${part}`),
  ...["thread.cap_effective", "proc.acmdline[2]", "proc.apid[2]", "container.labels"],
  ...["evt.args", "evt.arg.name", "evt.arg.newpath", "evt.arg.mode", "evt.arg", "evt.res"],
  ...["user.name", "user.uid", "user.loginuid", "user.loginname", "group.gid", "group.name"],
  ...["container.id", "container.full_id", "container.name", "container.type", "container"],
  ...["repository", "tag", "digest", "id"].map((part) => `container.image.${part}`),
  ...["k8s.pod.name", "k8s.ns.name", "k8s.pod.uid", "k8s.pod.labels"],
  ...["fd.name", "fd.type", "fd.l4proto", "fs.path.name", "evt.arg.path", "fd.nameraw"],
  ...["c", "s", "l", "r"].flatMap((
    side,
  ) => [`fd.${side}ip`, `fd.${side}port`, `fd.${side}ip.name`]),
  ...["evt.type", "evt.time", "evt.time.iso8601", "evt.hostname", "evt.arg.flags", "evt.num"],
  ...["falco.version", "falco.kernel_release", "falco.host_boot_ts", ...PLUGIN_FIELDS],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "", "\ud800", "\ufffd"],
];

/** Values that mean something in at least one of those fields. */
const MEANINGFUL = [
  ...["/etc/shadow", "/", "//", "relative", "/tmp/a b/", "memfd:x", "/usr/bin/zsh", "zsh"],
  ...["10.0.0.1:5000->10.0.0.2:443", "::1:1->::2:2", "0.0.0.0:80", "1.2.3.4:99999", "a->b"],
  ...["10.0.0.1", "10.0.0.2", "fe80::1", "fe80::1%eth0", "1.2.3.4.5", "example.org", "not_a_host"],
  ...["file", "directory", "unix", "pipe", "ipv4", "ipv6", "event", "tcp", "icmp", "sctp"],
  ...["host", "3f2a9c1d7b40", "0d5f5c4e-9d0a-4d55-8c41-6a1f0c2f9b11", "app:a,tier:b", ",", "a, b"],
  ...["O_RDONLY|O_CLOEXEC", "|", "SUCCESS", "ENOENT", "A=b C=d e", "=", "../x", "34816"],
  ...["create", "pods", "(nginx:1.27,redis)", "a@example.com", "/api/v1/pods?limit=5", "403"],
  ...[`[{"granted":true,"permission":"p","resource":"r"}]`, "eu-west-1", "123456789012"],
  ...["", "<NA>", "N/A", "\ud800", "a\udfffb", "\0", "443", "007", "-1", "4294967295"],
  ...[0, -0, 1, -1, 443, 5000, 65535, 65536, 2147483647, 2147483648, 4294967295, 5.25, 1e21, 1e-7],
  ...[true, false, null, [], {}, ["a:1", "b:2"], [""], [1], { a: [{}, null] }],
  ...["1767323045123456789", 9007199254740993n, 1767323045123456789n, -9223372036854775808n],
];

const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(...MEANINGFUL) },
  { weight: 2, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.bigInt() },
  { weight: 1, arbitrary: fc.jsonValue() },
);

const outputFields = fc.uniqueArray(
  fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...FIELD_NAMES) }, fc.string()), field),
  { selector: ([name]) => name, maxLength: 40 },
);

/** JSON of a value; integers of any size as they are. */
export function json(value: unknown): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** An event: its output fields in order, and the text it is posted as. */
export interface ArbitraryEvent {
  readonly fields: readonly (readonly [string, unknown])[];
  readonly text: string;
}

export const arbitraryEvent: fc.Arbitrary<ArbitraryEvent> = fc.tuple(
  outputFields,
  fc.record({
    rule: fc.string({ minLength: 1, unit: "binary" }),
    priority: fc.constantFrom(...PRIORITIES, "info", "WARNING"),
    time: fc.constantFrom(
      ...["2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05+14:00", "1970-01-01T00:00:00Z"],
      ...["1969-12-31T23:59:59.5Z", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z"],
    ),
    output: fc.string({ unit: "binary" }),
    source: fc.constantFrom(
      "syscall",
      "syscalls",
      "k8s_audit",
      "aws_cloudtrail",
      "okta",
      "github",
      "gcp_auditlog",
      "internal",
      "__proto__",
      "",
      "\ud800",
    ),
    hostname: fc.constantFrom("", "node-1", "node_1", "-", "a..b", "\ud800", "a\n"),
    tags: fc.array(fc.oneof(
      fc.constantFrom("mitre_execution", "TA0005-x", "T1059.004", "T9999", "", "maturity_stable"),
      fc.string({ unit: "binary" }),
    )),
    uuid: fc.constantFrom("", "6f9619ff-8b86-4d01-b42d-00c04fc964ff", "\udfff"),
  }, { requiredKeys: ["rule", "priority", "time"] }),
).map(([fields, members]) => {
  const output_fields = fields.map(([name, value]) => `${JSON.stringify(name)}:${json(value)}`);
  const rest = JSON.stringify(members).slice(1);
  return { fields, text: `{"output_fields":{${output_fields.join(",")}},${rest}` };
});
