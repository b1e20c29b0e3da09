/** A Falco event of our own, told from others by its id. */
export const makeEvent = (id: number, time = "2026-11-21T12:00:00.000000001Z"): string =>
  JSON.stringify({
    output: `Event ${id}`,
    output_fields: { "evt.time": 1, "proc.name": "sh", "proc.pid": id },
    priority: "Warning",
    rule: "A rule",
    source: "syscall",
    tags: ["mitre_execution"],
    time,
  });
