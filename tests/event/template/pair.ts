import type { FieldValue } from "../../../src/event/falco_event.ts";

/** A template and what it is rendered over, by us and by Go. */
export interface Pair {
  readonly template: string;
  readonly data: Readonly<Record<string, FieldValue>>;
}

/** JSON that Go decodes into what we render over: bigint and numbers with String's digits. */
export function toJson(value: FieldValue): string {
  if (Array.isArray(value)) return `[${value.map(toJson).join()}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, one]) =>
      `${JSON.stringify(key)}:${toJson(one)}`
    );
    return `{${members.join()}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
