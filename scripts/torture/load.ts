import { systemClock } from "../../src/platform/clock.ts";
import { drawRequest } from "./event_request.ts";
import { HttpMessages, isBroken, writeAll } from "./http_messages.ts";
import type { Ledger } from "./ledger.ts";
import { seeded } from "./seeded.ts";

/**
 * When this many events wait on the agent's disk, clients slow down: a kill is to find requests
 * under way also when the lake is away.
 */
const MANY_WAITING = 2_000;
/** Then clients stop until the agent has shipped something. */
const MOST_WAITING = 30_000;
/** Milliseconds between two requests of a client that slows down, at most. */
const LONGEST_PAUSE = 100;

/**
 * Clients with a connection each, which post events as fast as they are answered and never send one
 * twice. A client whose connection breaks comes back when the next agent listens.
 */
export class Load {
  readonly #seed: number;
  readonly #ledger: Ledger;
  readonly #clients: readonly Promise<void>[];
  readonly #violations: string[];
  #port: number | undefined;
  #waiting = 0;
  #over = false;
  #changed = Promise.withResolvers<void>();

  /** @param violations where answers go that must not be */
  constructor(seed: number, ledger: Ledger, connections: number, violations: string[]) {
    this.#seed = seed;
    this.#ledger = ledger;
    this.#violations = violations;
    this.#clients = Array.from({ length: connections }, (_, at) => this.#client(at));
  }

  /**
   * An agent listens.
   *
   * @param waiting how many events it holds from before
   */
  open(port: number, waiting: number): void {
    this.#port = port;
    this.#waiting = waiting;
    this.#change();
  }

  /** The agent is gone, or will be in a moment. */
  close(): void {
    this.#port = undefined;
  }

  /** The agent has shipped events. */
  shipped(events: number): void {
    this.#waiting -= events;
    this.#change();
  }

  /** Resolves when the last client has ended. */
  async stop(): Promise<void> {
    this.close();
    this.#over = true;
    this.#change();
    await Promise.all(this.#clients);
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #client(number: number): Promise<void> {
    const random = seeded(this.#seed + number);
    while (!this.#over) {
      const port = this.#port;
      if (port === undefined) await this.#changed.promise;
      else {
        try {
          await this.#converse(port, random);
        } catch (error) {
          if (!isBroken(error)) throw error;
        }
        // A broken connection means a dying agent, also before anyone else has noticed.
        if (this.#port === port) await this.#changed.promise;
      }
    }
  }

  /** Posts to one agent until it is gone. */
  async #converse(port: number, random: () => number): Promise<void> {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay();
    const answers = new HttpMessages(connection);
    while (this.#port === port) {
      if (this.#waiting >= MOST_WAITING) {
        await this.#changed.promise;
        continue;
      }
      if (this.#waiting >= MANY_WAITING) await systemClock.sleep(random() * LONGEST_PAUSE);
      const { ids, bytes } = drawRequest(this.#seed, random, this.#ledger);
      await writeAll(connection, bytes);
      const answer = await answers.head();
      if (!answer) return;
      const body = await answers.body(Number(answer.headers.get("content-length") ?? "0"));
      if (/^HTTP\/1\.1 200 /.test(answer.startLine)) {
        for (const id of ids) this.#ledger.answer(id);
        this.#waiting += ids.length;
      } else {
        const why = `${answer.startLine}: ${new TextDecoder().decode(body)}`;
        this.#violations.push(`events ${ids.join(", ")} were refused: ${why}`);
      }
    }
  }
}
