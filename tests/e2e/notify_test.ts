import assert from "node:assert/strict";
import { makeEvent } from "../support/make_event.ts";
import { notifyListener } from "../support/notify_listener.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

/** A sandbox, a service manager, and an agent below it. */
async function setup(variables: Readonly<Record<string, string>>) {
  const box = sandbox();
  const address = `${box.directory}/notify`;
  const manager = notifyListener(address);
  const file = `${box.directory}/config.yaml`;
  Deno.writeTextFileSync(file, `lake: {directory: ${box.directory}/lake, shutdowntimeout: 20s}\n`);
  const agent = await box.start({
    environment: {
      ...box.environment,
      NOTIFY_SOCKET: address,
      TMPDIR: box.directory, // a confined agent has no /tmp for its own end of the socket
      ...variables,
    },
    args: ["run", "-c", file],
  });
  const dispose = async () => {
    await box[Symbol.asyncDispose]();
    manager[Symbol.dispose]();
  };
  return { file, manager, agent, [Symbol.asyncDispose]: dispose };
}

Deno.test("A service manager is told of the start, the watchdog, a reload and the stop", async () => {
  await using run = await setup({ WATCHDOG_USEC: "400000" });
  const { manager, agent } = run;
  assert.deepEqual(await manager.next(/^READY=1/), [
    "READY=1",
    "STATUS=Up; nothing waits; no upload yet",
  ]);
  assert.equal(manager.messages[0], "STATUS=Starting");
  await post(agent, makeEvent(1));
  await manager.next(/^WATCHDOG=1\nSTATUS=Up; 1 events wait, the oldest for \d s; no upload yet$/);
  await flush(agent);
  await manager.next(/^WATCHDOG=1\nSTATUS=Up; nothing waits; last upload \d{4}-[\d:T-]+Z$/);

  const before = monotonicMicroseconds();
  agent.signal("SIGHUP");
  const [, time] = await manager.next(/^RELOADING=1/);
  assert.ok(Number(time!.replace("MONOTONIC_USEC=", "")) >= before, `${time} is before ${before}`);
  await manager.next(/^READY=1\nSTATUS=Up; /);
  // A configuration that is refused leaves the agent ready as well: it goes on with the one before.
  Deno.writeTextFileSync(run.file, "listenport: many\n");
  agent.signal("SIGHUP");
  await manager.next(/^RELOADING=1/);
  await manager.next(/^READY=1/);

  assert.equal(await agent.stop(), 0);
  const stopping = await manager.next(/^STOPPING=1/);
  assert.match(stopping[1]!, /^STATUS=Stopping; /);
  assert.equal(stopping[2], "EXTEND_TIMEOUT_USEC=35000000", "20 s and 15 s to close");
  assert.doesNotMatch(agent.log(), /service manager/);
});

Deno.test("Another process's watchdog is not fed", async () => {
  await using run = await setup({ WATCHDOG_USEC: "100000", WATCHDOG_PID: "1" });
  const { manager, agent } = run;
  await manager.next(/^READY=1/);
  assert.equal(await agent.stop(), 0);
  await manager.next(/^STOPPING=1/);
  assert.deepEqual(manager.messages.filter((message) => message.includes("WATCHDOG")), []);
});

Deno.test("A service manager that has gone is one warning, and the agent goes on", async () => {
  await using box = sandbox();
  const environment = {
    ...box.environment,
    LAKE_DIRECTORY: `${box.directory}/lake`,
    NOTIFY_SOCKET: `${box.directory}/nobody`,
    WATCHDOG_USEC: "40000",
  };
  const agent = await box.start({ environment });
  assert.equal(await post(agent, makeEvent(1)), 200);
  await agent.logged(
    /\[WARN\] {2}: Cannot tell the service manager at NOTIFY_SOCKET how it goes: /,
  );
  assert.equal(await agent.stop(), 0);
  assert.equal(agent.log().split("service manager").length, 2, "one line");
});

Deno.test("The journal is told each line's priority, where it is the journal that reads", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const other = await box.start({ environment: { ...environment, JOURNAL_STREAM: "8:12345" } });
  assert.match(other.log(), /^\d{4}\//, "it writes into a pipe, not to that stream");
});

/** CLOCK_MONOTONIC cannot exceed the clock of /proc/uptime, which may count suspended time too. */
function monotonicMicroseconds(): number {
  return Math.floor(Number(Deno.readTextFileSync("/proc/uptime").split(" ")[0]) * 1_000_000);
}
