import type { Clock } from "../platform/clock.ts";
import type { NotifySocket } from "../platform/notify_socket.ts";
import type { Log } from "./log.ts";
import type { ServiceSettings } from "./service_settings.ts";

/** What is told of a running agent. */
export interface ServiceState {
  /** One line for people: `systemctl status` shows it. */
  readonly status: string;
  /** What is wrong; undefined for nothing. A change is told at once. */
  readonly trouble: string | undefined;
  /**
   * Whether it does what a restart could not do better. A store or a disk that is away is no
   * reason to be restarted: the agent waits for them, and knows more than a new one would.
   */
  readonly isWorking: boolean;
}

export interface ServiceDependencies {
  /** @throws when no socket can be had */
  readonly open: (address: string) => NotifySocket;
  /** Microseconds since the machine started, never too few. */
  readonly sinceBoot: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds between two status lines; systemd tells each to all who watch its bus. */
const STATUS_INTERVAL = 30_000;
/** Milliseconds between two looks at whether something else is wrong, or nothing any more. */
const LOOK_INTERVAL = 1_000;
/** Milliseconds between two requests for more time at the start, and how much each asks for. */
const EXTENSION = { interval: 10_000, time: 30_000 };
/** Milliseconds to stop in, beyond `lake.shutdowntimeout`: for closing what is open. */
const STOP_RESERVE = 15_000;
/** Milliseconds that the end waits for what is still to be told. */
const LAST_WORDS = 1_000;

/**
 * Tells the service manager how it goes, as sd_notify(3) describes: that falco-lake is up, reads
 * its configuration again, stops, needs more time; a status line; and that it works. Who cannot be
 * told is warned of once, and never ends the agent. Without NOTIFY_SOCKET nothing happens.
 *
 * The watchdog is fed from a timer, so while the event loop turns, and only while `isWorking`.
 */
export class ServiceManager {
  readonly #settings: ServiceSettings | undefined;
  readonly #dependencies: ServiceDependencies;
  readonly #socket: NotifySocket | undefined;
  readonly #end = new AbortController();
  #state: (() => ServiceState) | undefined;
  #sending = Promise.resolve();
  /** Messages that are not sent yet. */
  #waiting = 0;
  #hasWarned = false;
  /** What was wrong when the last status line was told. */
  #toldTrouble: string | undefined;
  #phase: "Starting" | "Reading the configuration again" | "Stopping" | undefined;

  constructor(settings: ServiceSettings | undefined, dependencies: ServiceDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    try {
      this.#socket = settings && dependencies.open(settings.address);
    } catch (error) {
      this.#warn(error as Error);
    }
  }

  /** It begins to start. That takes as long as the buffer needs to be put in order. */
  starting(): void {
    if (!this.#socket) return;
    this.#phase = "Starting";
    this.#tell(this.#statusLine());
    this.#every(EXTENSION.interval, () => {
      if (this.#phase !== "Starting") return false;
      this.#tell(extension(EXTENSION.time));
      return true;
    });
  }

  /** It is up. @param state asked from now on, again and again, until `close` */
  ready(state: () => ServiceState): void {
    if (!this.#socket) return;
    this.#state = state;
    this.#phase = undefined;
    this.#tell("READY=1", this.#statusLine());
    const { watchdog } = this.#settings!;
    // A quarter, where half of the time is due: a message may be late once.
    this.#every(Math.min(STATUS_INTERVAL, (watchdog ?? Infinity) / 4), () => {
      // Messages that wait since last time say as much as one more would.
      if (this.#waiting > 0) return true;
      const isFed = watchdog !== undefined && state().isWorking;
      this.#tell(...(isFed ? ["WATCHDOG=1"] : []), this.#statusLine());
      return true;
    });
    this.#every(LOOK_INTERVAL, () => {
      if (this.#waiting > 0) return true;
      if (state().trouble !== this.#toldTrouble) this.#tell(this.#statusLine());
      return true;
    });
  }

  /** It reads its configuration again, which ends with `reloaded`. */
  reloading(): void {
    if (!this.#socket || this.#phase === "Stopping") return;
    this.#phase = "Reading the configuration again";
    const now = this.#dependencies.sinceBoot();
    this.#tell("RELOADING=1", `MONOTONIC_USEC=${now}`, this.#statusLine());
  }

  /** It has read its configuration again, or kept the one before. */
  reloaded(): void {
    // To be told that it is ready would have systemd take a stopping agent for a running one.
    if (this.#phase === "Stopping") return;
    this.#phase = undefined;
    this.#tell("READY=1", this.#statusLine());
  }

  /** @param timeout milliseconds that the last upload may take, which may exceed the unit's time */
  stopping(timeout: number): void {
    this.#phase = "Stopping";
    this.#tell("STOPPING=1", this.#statusLine(), extension(timeout + STOP_RESERVE));
  }

  /** Tells nothing more; resolves when all is told. */
  async close(): Promise<void> {
    this.#end.abort();
    await Promise.race([this.#sending, this.#dependencies.clock.sleep(LAST_WORDS)]);
  }

  #statusLine(): string {
    const state = this.#state?.();
    this.#toldTrouble = state?.trouble;
    return `STATUS=${this.#phase ?? "Up"}${state ? `; ${state.status}` : ""}`;
  }

  #tell(...lines: readonly string[]): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#waiting++;
    this.#sending = this.#sending
      .then(() => socket.send(lines.join("\n")))
      .catch((error) => this.#warn(error))
      .finally(() => this.#waiting--);
  }

  /** Calls `step` after each interval until it returns false, or until the end. */
  async #every(interval: number, step: () => boolean): Promise<void> {
    const { clock } = this.#dependencies;
    const { signal } = this.#end;
    do await clock.sleep(interval, signal); while (!signal.aborted && step());
  }

  #warn({ message }: Error): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#dependencies.log.warn(
      `Cannot tell the service manager at NOTIFY_SOCKET how it goes: ${message}; goes on, but it ` +
        `may take falco-lake for one that hangs`,
    );
  }
}

const extension = (milliseconds: number): string => `EXTEND_TIMEOUT_USEC=${milliseconds * 1000}`;
