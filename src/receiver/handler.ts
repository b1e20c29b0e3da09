import type { FalcoEvent } from "../event/falco_event.ts";
import type { Priority } from "../event/priority.ts";
import type { Clock } from "../platform/clock.ts";
import { limitedWarn } from "../telemetry/limited_log.ts";
import type { Log } from "../telemetry/log.ts";
import type { EventLabels, Metrics } from "../telemetry/metrics.ts";
import type { Handler, HttpRequest, HttpResponse } from "./http.ts";
import { type BodyLimits, BodyReader } from "./body.ts";
import { ByteBudget } from "./byte_budget.ts";
import { lineOf, readEvents } from "./read_events.ts";
import { RefusedEvents } from "./refused_events.ts";
import type { RejectedRequests } from "./rejected.ts";
import { trim } from "./split.ts";
import { isWanted } from "./wanted.ts";

/** What the receiver needs of a buffer: to store payloads durably, all or none. */
export type Store = (payloads: readonly Uint8Array[]) => Promise<
  { readonly kind: "stored" } | { readonly kind: string; readonly reason: string }
>;

export interface ReceiverDependencies {
  readonly store: Store;
  readonly limits: BodyLimits;
  /** Events below it are answered 200 and not kept (`aws.securitylake.minimumpriority`). */
  readonly minimumPriority: Priority | undefined;
  /** Keeps what is refused with 400. */
  readonly rejected: RejectedRequests;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** Bytes that all requests under way may hold together, at the least. */
const BUDGET_BYTES_LEAST = 128 * 1024 * 1024;
/** A body of many events lets other requests be answered now and then. */
const EVENTS_PER_TURN = 500;
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

// falcosidekick's texts (handlers.go), which Go's http.Error ends with a newline.
const NOT_POST = "Please send with post http method\n";
const BAD_BODY = "Please send a valid request body\n";

/**
 * falcosidekick's HTTP contract, without a socket: `/ping`, `/healthz`,
 * `/test`, `/metrics`, and events at every other path. 200 means: the event is on disk.
 */
export function createHandler(dependencies: ReceiverDependencies): Handler {
  const { metrics, log, limits, clock, rejected } = dependencies;
  const warn = limitedWarn(log, clock, "requests refused");
  const { maxbodysize, maxdecompressedsize } = limits;
  const budget = new ByteBudget(
    Math.max(BUDGET_BYTES_LEAST, maxbodysize + 2 * maxdecompressedsize),
  );

  const reject = (status: number, text: string, reason: string): HttpResponse => {
    metrics.requestRejected();
    warn(`Receiver - request refused with ${status}: ${reason}`);
    return plainText(status, text);
  };

  /**
   * @param bytes to be kept
   * @param missing why they are not all that was refused
   */
  const rejectBody = async (text: string, reason: string, bytes: Uint8Array, missing?: string) => {
    if (missing !== undefined) return reject(400, text, `${reason}; ${rejected.notKept(missing)}`);
    if (isBlank(bytes)) return reject(400, text, reason);
    return reject(400, text, `${reason}; ${await rejected.keep(bytes)}`);
  };

  const unavailable = (reason: string): HttpResponse => {
    metrics.requestRejected();
    return plainText(503, `Event not stored: ${reason}\n`, { "retry-after": "1" });
  };

  const receive = async (request: HttpRequest): Promise<HttpResponse> => {
    if (request.method !== "POST") {
      request.discardBody();
      return reject(400, NOT_POST, `method ${request.method}`);
    }
    const reader = new BodyReader(limits, budget);
    try {
      const body = await reader.read(request);
      switch (body.kind) {
        case "body":
          return await accept(body.bytes, (bytes) => reader.take(bytes));
        case "tooLarge":
          return reject(413, `Request body too large: ${body.reason}\n`, body.reason);
        case "busy":
          return unavailable(body.reason);
        case "unreadable":
          return await rejectBody(BAD_BODY, body.reason, body.sent);
      }
    } finally {
      reader.release();
    }
  };

  const accept = async (
    bytes: Uint8Array,
    takeMemory: (bytes: number) => boolean,
  ): Promise<HttpResponse> => {
    const payloads: Uint8Array[] = [];
    const accepted: EventLabels[] = [];
    const refused = new RefusedEvents(takeMemory);
    let seen = 0;
    for (const item of readEvents(bytes, maxbodysize)) {
      if (++seen % EVENTS_PER_TURN === 0) await nextTurn();
      if (item.kind === "refusal") {
        refused.add(item.refusal);
        continue;
      }
      accepted.push(labelsOf(item.event));
      if (isWanted(item.event, dependencies.minimumPriority)) payloads.push(item.payload);
    }
    if (payloads.length > 0) {
      const outcome = await dependencies.store(payloads);
      if ("reason" in outcome) {
        return unavailable(outcome.reason);
      }
    }
    for (const labels of accepted) metrics.eventAccepted(labels);
    const { first, count } = refused;
    if (!first) {
      metrics.requestAccepted();
      return { status: 200, headers: {}, body: "" };
    }
    // Alone, a bad event gets falcosidekick's answer to the letter.
    if (accepted.length + count === 1) return await rejectBody(BAD_BODY, first.reason, bytes);
    const outcome = `stored ${accepted.length} events, refused ${count}, the first at line ` +
      `${lineOf(bytes, first.offset)}: ${first.reason}`;
    const text = `${BAD_BODY.trimEnd()}: ${outcome}\n`;
    if (accepted.length === 0) return await rejectBody(text, outcome, bytes);
    // Without the good ones, so that a replay does not store those again.
    return await rejectBody(text, outcome, refused.lines, refused.missing);
  };

  return async (request) => {
    switch (pathOf(request.target)) {
      case "/ping":
        request.discardBody();
        return plainText(200, "pong\n");
      case "/healthz":
        request.discardBody();
        return { status: 200, headers: JSON_TYPE, body: '{"status": "ok"}' };
      case "/metrics": {
        request.discardBody();
        const { text, contentType } = await metrics.scrape();
        return { status: 200, headers: { "content-type": contentType }, body: text };
      }
      case "/test":
        if (request.method !== "POST") return await receive(request);
        request.discardBody();
        return await accept(testEvent(dependencies.clock.now()), () => false);
      default:
        return await receive(request);
    }
  };
}

/** The path of a request's target, which may be a whole URL (RFC 9112, 3.2.2). */
function pathOf(target: string): string {
  return /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(target)?.[1] || "/";
}

function isBlank(bytes: Uint8Array): boolean {
  const { start, end } = trim(bytes, { start: 0, end: bytes.length });
  return start === end;
}

function labelsOf(event: FalcoEvent): EventLabels {
  const text = (field: string) => {
    const value = event.outputFields[field];
    return typeof value === "string" ? value : "";
  };
  return {
    hostname: event.hostname,
    rule: event.rule,
    priority: event.priority,
    source: event.source,
    k8sNamespace: text("k8s.ns.name"),
    k8sPod: text("k8s.pod.name"),
  };
}

/** The event that falcosidekick injects for POST /test, under our name. */
function testEvent(now: number): Uint8Array {
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
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

const JSON_TYPE = { "content-type": "application/json" };

const plainText = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  status,
  headers: {
    "content-type": "text/plain; charset=utf-8",
    ...(status === 200 ? {} : { "x-content-type-options": "nosniff" }),
    ...headers,
  },
  body,
});
