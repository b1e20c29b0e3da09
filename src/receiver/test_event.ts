/** The event that falcosidekick injects for POST /test, under our name. */
export function testEvent(nowMilliseconds: number): Uint8Array {
  const time = `${new Date(nowMilliseconds).toISOString().slice(0, 19)}Z`;
  return new TextEncoder().encode(JSON.stringify({
    hostname: "falco-lake",
    output: "This is a test from falco-lake",
    output_fields: { "proc.name": "falco-lake", "user.name": "falco-lake" },
    priority: "Debug",
    rule: "Test rule",
    source: "debug",
    tags: ["test", "example"],
    time,
  }));
}
