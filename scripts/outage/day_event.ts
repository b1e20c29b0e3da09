/** When the day begins: its events are of two days in UTC. */
const BEGIN = Date.parse("2026-11-20T12:00:00Z");

const RULES = [
  ["Terminal shell in container", "Notice", "sh", "sh -i", "T1059"],
  ["Read sensitive file untrusted", "Warning", "cat", "cat /etc/shadow", "T1555"],
  ["Contact K8S API Server From Container", "Notice", "curl", "curl -sk https://10.0.0.1", "T1565"],
  ["Drop and execute new binary in container", "Critical", "x", "/tmp/.x --quiet", "TA0003"],
] as const;

/**
 * The event of a number, as Falco would send it: 300 to 600 bytes. It follows from the number and
 * the rate alone, so that millions of them can be compared without being kept.
 *
 * @param rate events per second of the time that they say
 */
export function dayEvent(id: number, rate: number): string {
  const [rule, priority, name, commandLine, tag] = RULES[id % RULES.length]!;
  const milliseconds = BEGIN + Math.floor(id * 1000 / rate);
  const nanoseconds = String(id % 1_000_000).padStart(6, "0");
  const time = `${new Date(milliseconds).toISOString().slice(0, -1)}${nanoseconds}Z`;
  const pid = 1000 + id % 30_000;
  const container = (Math.imul(id % 40 + 1, 0x9e3779b1) >>> 0).toString(16).padStart(12, "0");
  return `{"output":"Event ${id}: ${rule} (proc=${name} pid=${pid} container=${container})",` +
    `"output_fields":{"evt.time":${milliseconds}${nanoseconds},"proc.name":"${name}",` +
    `"proc.cmdline":"${commandLine}","proc.pid":${pid},"user.name":"root",` +
    `"container.id":"${container}","k8s.ns.name":"shop","k8s.pod.name":"web-${id % 40}"},` +
    `"priority":"${priority}","rule":"${rule}","source":"syscall",` +
    `"tags":["container","${tag}"],"time":"${time}"}`;
}

/** The number that an event says it has; undefined when it does not look like one of ours. */
export function dayEventId(text: string): number | undefined {
  const [, id] = /^\{"output":"Event (\d+): /.exec(text) ?? [];
  return id === undefined ? undefined : Number(id);
}
