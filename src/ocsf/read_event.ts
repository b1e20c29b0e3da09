import type { Enrichment } from "../event/enrich.ts";
import type { FalcoEvent, FieldValue } from "../event/falco_event.ts";
import { parseEvent, type ParseResult } from "../event/parse.ts";
import { DROPPED } from "./fields.ts";

/**
 * Parses with every digit of every number, and enriches. Exact parsing is several times slower, and
 * nearly every event has a number that needs it: its time in nanoseconds, which is not mapped. So it
 * is done only when another number needs it, or a template may.
 */
export function readEvent(text: string, enrich?: Enrichment): ParseResult {
  const result = parseExactly(text, enrich?.changesFields ?? false);
  return result.ok && enrich ? { ok: true, event: enrich(result.event).event } : result;
}

function parseExactly(text: string, needsAll: boolean): ParseResult {
  const result = parseEvent(text);
  if (!result.ok || !mayBeInexact(result.event.outputFields, needsAll)) return result;
  const exact = parseEvent(text, "exact");
  // Exact parsing fails on nesting some thousand levels deep: rounded is better than nothing.
  return exact.ok ? exact : result;
}

/** Whether parsing may have rounded a value that is used. */
function mayBeInexact(fields: FalcoEvent["outputFields"], needsAll: boolean): boolean {
  for (const name in fields) {
    if (isInexact(fields[name]) && (needsAll || !DROPPED.has(name))) return true;
  }
  return false;
}

function isInexact(value: FieldValue | undefined): boolean {
  if (typeof value === "number") return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  // One level is enough for the lists of labels that real events have.
  return typeof value === "object" && value !== null &&
    !(Array.isArray(value) && value.every((element) => typeof element === "string"));
}
