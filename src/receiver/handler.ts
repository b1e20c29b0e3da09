import type { Clock } from "../platform/clock.ts";
import type { Readiness } from "../telemetry/health.ts";
import { limitedWarn } from "../telemetry/limited_log.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { gzipped, json, plainText } from "./answers.ts";
import { type BodyLimits, BodyReader } from "./body.ts";
import { ByteBudget } from "./byte_budget.ts";
import { type Endpoint, endpointOf, ENDPOINTS } from "./endpoints.ts";
import { EventIntake, type IntakeDependencies } from "./event_intake.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { lineOf } from "./read_events.ts";
import type { RejectedRequests } from "./rejected.ts";
import { trim } from "./split.ts";
import { testEvent } from "./test_event.ts";

export interface ReceiverDependencies extends IntakeDependencies {
  readonly limits: BodyLimits;
  /** Keeps what is refused with 400. */
  readonly rejected: RejectedRequests;
  /** For `/readyz`. */
  readonly readiness: () => Readiness;
  /** For `/status`. */
  readonly status: () => unknown;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Answers a request. Rejects only when there is nobody left to answer, or by a mistake of ours.
 *
 * @param served the endpoints of the port it came to; all by default
 */
export type ReceiverHandler = (
  request: HttpRequest,
  served?: ReadonlySet<Endpoint>,
) => Promise<HttpResponse>;

/** Bytes that all requests under way may hold together, at the least. */
const BUDGET_BYTES_LEAST = 128 * 1024 * 1024;

// falcosidekick's texts (handlers.go), which Go's http.Error ends with a newline.
const NOT_POST = "Please send with post http method\n";
const BAD_BODY = "Please send a valid request body\n";

const ALL: ReadonlySet<Endpoint> = new Set(ENDPOINTS);

/**
 * falcosidekick's HTTP contract, without a socket: `/ping`, `/healthz`, `/test`, `/metrics`, events
 * at every other path, and `/readyz` and `/status` of ours. 200 means: the event is on disk.
 */
export function createHandler(dependencies: ReceiverDependencies): ReceiverHandler {
  const { metrics, log, limits, clock, rejected } = dependencies;
  const warn = limitedWarn(log, clock, "requests refused");
  const { maxbodysize, maxdecompressedsize } = limits;
  const budget = new ByteBudget(
    Math.max(BUDGET_BYTES_LEAST, maxbodysize + 2 * maxdecompressedsize),
  );
  const intake = new EventIntake(dependencies);
  let scraping: ReturnType<Metrics["scrape"]> | undefined;

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
    // Falco takes it for success: the event is gone.
    warn(`Receiver - request refused with 503: ${reason}`);
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
    const outcome = await intake.accept(bytes, maxbodysize, takeMemory);
    if (outcome.kind === "unavailable") return unavailable(outcome.reason);
    const { accepted, refused } = outcome;
    const { first, count } = refused;
    if (!first) {
      metrics.requestAccepted();
      return { status: 200, headers: {}, body: "" };
    }
    // Alone, a bad event gets falcosidekick's answer to the letter.
    if (accepted + count === 1) return await rejectBody(BAD_BODY, first.reason, bytes);
    const what = `stored ${accepted} events, refused ${count}, the first at line ` +
      `${lineOf(bytes, first.offset)}: ${first.reason}`;
    const text = `${BAD_BODY.trimEnd()}: ${what}\n`;
    if (accepted === 0) return await rejectBody(text, what, bytes);
    // Without the good ones, so that a replay does not store those again.
    return await rejectBody(text, what, refused.lines, refused.missing);
  };

  const withoutBody = (request: HttpRequest, response: HttpResponse): HttpResponse => {
    request.discardBody();
    return response;
  };

  return async (request, served = ALL) => {
    switch (endpointOf(request, served)) {
      case "/ping":
        return withoutBody(request, plainText(200, "pong\n"));
      case "/healthz":
        return withoutBody(request, HEALTHY);
      case "/readyz": {
        const { ready, reasons, warnings } = dependencies.readiness();
        const status = ready ? "ok" : "not ready";
        return withoutBody(request, json(ready ? 200 : 503, { status, reasons, warnings }));
      }
      case "/status":
        return withoutBody(request, json(200, dependencies.status()));
      case "/metrics": {
        // Who asks at the same time gets the same.
        scraping ??= metrics.scrape().finally(() => scraping = undefined);
        const { text, contentType } = await scraping;
        const response = { status: 200, headers: { "content-type": contentType }, body: text };
        return withoutBody(request, await gzipped(request, response));
      }
      case "/test":
        if (request.method !== "POST") return await receive(request);
        request.discardBody();
        return await accept(testEvent(clock.now()), () => false);
      case "/":
        return await receive(request);
      case undefined: // as Go's ServeMux
        return withoutBody(request, plainText(404, "404 page not found\n"));
    }
  };
}

/** falcosidekick's, to the letter: it never says anything else. */
const HEALTHY: HttpResponse = {
  status: 200,
  headers: { "content-type": "application/json" },
  body: '{"status": "ok"}',
};

function isBlank(bytes: Uint8Array): boolean {
  const { start, end } = trim(bytes, { start: 0, end: bytes.length });
  return start === end;
}
