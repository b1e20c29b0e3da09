import type { FalcoEvent } from "../event/falco_event.ts";
import { uuidOf } from "../event/uid.ts";
import type { Clock } from "../platform/clock.ts";
import { nextTurn } from "../platform/next_turn.ts";
import { Bursts } from "../telemetry/bursts.ts";
import { limitedWarn } from "../telemetry/limited_log.ts";
import type { Log } from "../telemetry/log.ts";
import type { EventLabels, Metrics } from "../telemetry/metrics.ts";
import type { Labeller } from "./event_labels.ts";
import { readEvents } from "./read_events.ts";
import { RefusedEvents } from "./refused_events.ts";
import { isWanted, type Wanted } from "./wanted.ts";

/** What the receiver needs of a buffer: to store payloads durably, all or none. */
export type Store = (payloads: readonly Uint8Array[]) => Promise<
  { readonly kind: "stored" } | { readonly kind: string; readonly reason: string }
>;

export interface IntakeDependencies {
  readonly store: Store;
  /** The others are answered 200 and not kept. */
  readonly wanted: Wanted;
  /** Tells the labels that events are counted under. */
  readonly labeller: Labeller;
  /** What the lake's log lines begin with. */
  readonly outputName: string;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

export type IntakeOutcome =
  /** Nothing of it is stored. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** `accepted` events are on disk, or are not wanted. */
  | { readonly kind: "taken"; readonly accepted: number; readonly refused: RefusedEvents };

/** A body of many events lets other requests be answered now and then: after so many, or so many ms. */
const EVENTS_PER_TURN = 500;
const TURN = 10;
/**
 * Memory of an event besides its bytes, until its body is answered: objects, labels and the uuid.
 * That is V8's heap, and one that is full ends the program.
 */
const EVENT_BYTES = 400;

/** Takes the events of bodies to the buffer, counts them, and logs them as falcosidekick does. */
export class EventIntake {
  readonly #dependencies: IntakeDependencies;
  readonly #queued: Bursts;
  readonly #warnOfTemplate: (message: string) => void;
  readonly #decoder = new TextDecoder();

  constructor(dependencies: IntakeDependencies) {
    const { log, clock, outputName } = this.#dependencies = dependencies;
    this.#queued = new Bursts(
      clock,
      (more) =>
        log.info(`${outputName} - ${more} more events queued within a second`, { events: more }),
    );
    this.#warnOfTemplate = limitedWarn(log, clock, "templates that failed");
  }

  /**
   * @param maxEventBytes larger events are refused
   * @param takeMemory asked before memory is used for more than one event; false when there is none
   */
  async accept(
    bytes: Uint8Array,
    maxEventBytes: number,
    takeMemory: (bytes: number) => boolean,
  ): Promise<IntakeOutcome> {
    const { store, wanted, metrics, labeller, clock } = this.#dependencies;
    const payloads: Uint8Array[] = [];
    const uuids: (string | undefined)[] = [];
    const counted: EventLabels[] = [];
    const refused = new RefusedEvents(takeMemory);
    let seen = 0;
    let turn = clock.monotonic();
    const digest = (event: FalcoEvent) => ({
      ...labeller.labelsOf(event),
      isWanted: isWanted(event, wanted),
      uuid: event.uuid,
    });
    for (const item of readEvents(bytes, digest, maxEventBytes, labeller.numbers)) {
      if (++seen % EVENTS_PER_TURN === 0 || clock.monotonic() - turn > TURN) {
        await nextTurn();
        turn = clock.monotonic();
      }
      if (item.kind === "refusal") {
        refused.add(item.refusal);
        continue;
      }
      if (counted.length > 0 && !takeMemory(EVENT_BYTES)) {
        const reason = "too many events are being received already; send fewer in one body";
        return { kind: "unavailable", reason };
      }
      const { payload, digest: { labels, failures, isWanted, uuid } } = item;
      counted.push(labels);
      for (const { field, reason } of failures) {
        metrics.templateFailed();
        this.#warnOfTemplate(`Receiver - templatedfields.${field} failed for an event: ${reason}`);
      }
      if (!isWanted) continue;
      payloads.push(payload);
      uuids.push(uuid);
    }
    if (payloads.length > 0) {
      const outcome = await store(payloads);
      if ("reason" in outcome) return { kind: "unavailable", reason: outcome.reason };
    }
    for (const labels of counted) metrics.eventAccepted(labels);
    for (const [at, payload] of payloads.entries()) this.#tell(payload, uuids[at]);
    return { kind: "taken", accepted: counted.length, refused };
  }

  /** falcosidekick's lines; the uuid is the one that the event has in the lake. */
  #tell(payload: Uint8Array, given: string | undefined): void {
    const { log, outputName } = this.#dependencies;
    this.#queued.write(() => {
      log.debug(`Falco's payload : ${this.#decoder.decode(payload)}`);
      const uuid = given ?? uuidOf(payload);
      log.info(`${outputName} - Event queued (${uuid})`, { uuid });
    });
  }
}
