import assert from "node:assert/strict";
import { ServiceManager, type ServiceState } from "../../src/telemetry/service_manager.ts";
import { serviceSettings } from "../../src/telemetry/service_settings.ts";
import { captureLog } from "../support/capture_log.ts";
import { ManualClock } from "../support/manual_clock.ts";

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** A manager whose messages a test reads, each a list of its lines. */
function setup(
  { watchdog, send }: { readonly watchdog?: number; readonly send?: () => Promise<void> } = {},
) {
  const messages: string[][] = [];
  const [clock, log] = [new ManualClock(0), captureLog()];
  const state: { -readonly [K in keyof ServiceState]: ServiceState[K] } = {
    status: "nothing waits",
    trouble: undefined,
    isWorking: true,
  };
  const manager = new ServiceManager({ address: "/notify", watchdog }, {
    open: () => ({
      send: (text) => {
        messages.push(text.split("\n"));
        return send?.() ?? Promise.resolve();
      },
    }),
    sinceBoot: () => 42_000_000,
    clock,
    log,
  });
  return {
    manager,
    log,
    state,
    pass: (milliseconds: number) => clock.advance(milliseconds, turn),
    /** What was told since the last call. */
    told: async () => {
      await turn();
      return messages.splice(0);
    },
  };
}

Deno.test("A start asks for more time as long as it lasts, and ends with READY", async () => {
  const { manager, pass, told } = setup();
  manager.starting();
  assert.deepEqual(await told(), [["STATUS=Starting"]]);
  await pass(25_000);
  const extension = ["EXTEND_TIMEOUT_USEC=30000000"];
  assert.deepEqual(await told(), [extension, extension]);
  manager.ready(() => ({ status: "nothing waits", trouble: undefined, isWorking: true }));
  assert.deepEqual(await told(), [["READY=1", "STATUS=Up; nothing waits"]]);
  await pass(29_000);
  assert.deepEqual(await told(), []);
  await manager.close();
});

Deno.test("The watchdog is fed four times in its time, with the status of that moment", async () => {
  const { manager, state, pass, told } = setup({ watchdog: 20_000 });
  manager.ready(() => state);
  await told();
  await pass(4_999);
  assert.deepEqual(await told(), []);
  state.status = "3 events wait";
  await pass(15_001);
  assert.deepEqual(await told(), Array(4).fill(["WATCHDOG=1", "STATUS=Up; 3 events wait"]));
  await manager.close();
  await pass(100_000);
  assert.deepEqual(await told(), []);
});

Deno.test("An agent that does not work lets its watchdog starve, and still says how it is", async () => {
  const { manager, state, pass, told } = setup({ watchdog: 20_000 });
  manager.ready(() => state);
  await told();
  state.isWorking = false;
  await pass(5_000);
  assert.deepEqual(await told(), [["STATUS=Up; nothing waits"]]);
  state.isWorking = true;
  await pass(5_000);
  assert.deepEqual(await told(), [["WATCHDOG=1", "STATUS=Up; nothing waits"]]);
  await manager.close();
});

Deno.test("Without a watchdog, or with a slow one, the status is told every 30 s", async () => {
  for (const watchdog of [undefined, 3_600_000]) {
    const { manager, state, pass, told } = setup(watchdog === undefined ? {} : { watchdog });
    manager.ready(() => state);
    await told();
    await pass(60_000);
    const line = [...(watchdog ? ["WATCHDOG=1"] : []), "STATUS=Up; nothing waits"];
    assert.deepEqual(await told(), [line, line]);
    await manager.close();
  }
});

Deno.test("What goes wrong, and that it is well again, is told within a second, once", async () => {
  const { manager, state, pass, told } = setup();
  manager.ready(() => state);
  await told();
  for (const trouble of ["NoSuchBucket", "AccessDenied"]) {
    Object.assign(state, { status: `UPLOADS FAIL: ${trouble}`, trouble });
    await pass(1_000);
    assert.deepEqual(await told(), [[`STATUS=Up; UPLOADS FAIL: ${trouble}`]]);
    await pass(10_000);
    assert.deepEqual(await told(), []);
  }
  Object.assign(state, { status: "nothing waits", trouble: undefined });
  await pass(1_000);
  assert.deepEqual(await told(), [["STATUS=Up; nothing waits"]]);
  await manager.close();
});

Deno.test("A reload is told with the time that systemd compares, and ends with READY", async () => {
  const { manager, state, told } = setup();
  manager.ready(() => state);
  await told();
  manager.reloading();
  manager.reloaded();
  assert.deepEqual(await told(), [
    [
      "RELOADING=1",
      "MONOTONIC_USEC=42000000",
      "STATUS=Reading the configuration again; nothing waits",
    ],
    ["READY=1", "STATUS=Up; nothing waits"],
  ]);
  await manager.close();
});

Deno.test("A stop asks for the time it may take, and no reload makes it ready again", async () => {
  const { manager, state, pass, told } = setup({ watchdog: 4_000 });
  manager.ready(() => state);
  manager.reloading();
  await told();
  manager.stopping(60_000);
  manager.reloaded();
  manager.reloading();
  assert.deepEqual(await told(), [
    ["STOPPING=1", "STATUS=Stopping; nothing waits", "EXTEND_TIMEOUT_USEC=75000000"],
  ]);
  await pass(1_000);
  assert.deepEqual(await told(), [["WATCHDOG=1", "STATUS=Stopping; nothing waits"]]);
  await manager.close();
});

Deno.test("What cannot be told is one warning, however often", async () => {
  const { manager, state, log, pass, told } = setup({
    watchdog: 4_000,
    send: () => Promise.reject(new Error("Connection refused")),
  });
  manager.starting();
  manager.ready(() => state);
  assert.equal((await told()).length, 2);
  await pass(10_000);
  assert.equal((await told()).length, 10);
  await manager.close();
  assert.equal(log.lines.length, 1);
  assert.match(log.lines[0]!, /NOTIFY_SOCKET how it goes: Connection refused; goes on/);
});

Deno.test("A socket that cannot be had is one warning", async () => {
  const log = captureLog();
  const manager = new ServiceManager({ address: "/notify", watchdog: undefined }, {
    open: () => {
      throw new Error("Not permitted");
    },
    sinceBoot: () => 0,
    clock: new ManualClock(0),
    log,
  });
  manager.starting();
  manager.ready(() => ({ status: "", trouble: undefined, isWorking: true }));
  manager.reloading();
  manager.reloaded();
  manager.stopping(1);
  await manager.close();
  assert.equal(log.lines.length, 1);
});

Deno.test("A service manager that takes nothing gets no heap of messages, and holds no end up", async () => {
  const { manager, state, pass, told } = setup({
    watchdog: 4_000,
    send: () => new Promise(() => {}),
  });
  let asked = 0;
  manager.ready(() => {
    asked++;
    return state;
  });
  await pass(60_000);
  assert.equal((await told()).length, 1);
  assert.equal(asked, 1, "nothing more was made to be told");
  let closed = false;
  const closing = manager.close().then(() => closed = true);
  await pass(999);
  assert.equal(closed, false);
  await pass(1);
  await closing;
});

Deno.test("The environment says where to tell, and whether somebody wants to hear of us", () => {
  const read = (variables: Record<string, string>) => serviceSettings((name) => variables[name], 7);
  assert.equal(read({}), undefined);
  assert.equal(read({ NOTIFY_SOCKET: "", WATCHDOG_USEC: "1000000" }), undefined);
  const [NOTIFY_SOCKET, address] = ["@x", "@x"];
  const none = { address, watchdog: undefined };
  assert.deepEqual(read({ NOTIFY_SOCKET }), none);
  const WATCHDOG_USEC = "1500000";
  assert.deepEqual(read({ NOTIFY_SOCKET, WATCHDOG_USEC }), { address, watchdog: 1500 });
  assert.deepEqual(read({ NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID: "7" }), {
    address,
    watchdog: 1500,
  });
  assert.deepEqual(read({ NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID: "8" }), none);
  for (const wrong of ["", "0", "-1", "1.5", "soon", "18446744073709551615"]) {
    assert.deepEqual(read({ NOTIFY_SOCKET, WATCHDOG_USEC: wrong }), none, wrong);
  }
});
