import type { FalcoEvent, FieldValue } from "../event/falco_event.ts";
import { cut, LONGEST_TEXT, textOf } from "./text.ts";
import type { Unmapped } from "./unmapped.ts";

/** The time of the event once more, in nanoseconds: `metadata.original_time` has it. */
export const DROPPED: ReadonlySet<string> = new Set(["evt.time", "evt.time.iso8601"]);

const INTEGER = /^(?:0|-?[1-9]\d{0,9})$/;

/** Largest value of OCSF's integer_t. */
const LARGEST_INTEGER = 2_147_483_647;

/**
 * `output_fields`, remembering which have found a typed place, so that the rest goes to `unmapped`.
 *
 * Mappers ask by Falco's field names only (https://falco.org/docs/reference/rules/supported-fields):
 * none of them is a name that objects inherit.
 */
export class Fields {
  readonly #values: FalcoEvent["outputFields"];
  readonly #taken = new Set<string>();
  readonly #nested = new Map<string, string | undefined>();

  constructor(values: FalcoEvent["outputFields"]) {
    this.#values = values;
  }

  /**
   * The text of a scalar field, cut to what a string_t holds. Does not take it.
   *
   * @returns undefined for no value (see `textOf`), a list or an object
   */
  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === "object") return undefined;
    const text = textOf(value);
    return text === undefined ? undefined : cut(text);
  }

  /** An integer within bounds, whether written as number or as its decimal text. Does not take it. */
  integer(name: string, lowest: number, highest: number): number | undefined {
    let value = this.#values[name];
    if (typeof value === "string" && INTEGER.test(value)) value = Number(value);
    if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
    return value >= lowest && value <= highest ? value + 0 : undefined; // + 0: not -0
  }

  /** A list of texts, none of them empty. Does not take it. */
  list(name: string): string[] | undefined {
    const value: FieldValue | undefined = this.#values[name];
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const texts: string[] = [];
    for (const element of value as readonly FieldValue[]) {
      if (typeof element !== "string" || element === "" || element.length > LONGEST_TEXT) {
        return undefined;
      }
      texts.push(element.toWellFormed());
    }
    return texts;
  }

  /** Keeps a field out of `unmapped`, because its value has a typed place; not if it was cut. */
  use(name: string): void {
    const value = this.#values[name];
    if (typeof value !== "string" || cut(value) === value) this.#taken.add(name);
  }

  /**
   * A time in nanoseconds since 1970, as milliseconds. Takes it if they say all.
   *
   * @returns undefined for a time that OCSF's timestamp_t cannot mean
   */
  takeNanoseconds(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === "object") return undefined;
    const digits = String(value);
    if (!/^[1-9]\d{17,19}$/.test(digits)) return undefined;
    if (digits.endsWith("000000")) this.#taken.add(name);
    return Number(digits.slice(0, -6));
  }

  /**
   * What nobody has taken yet under names with one of these beginnings, as JSON text of one object;
   * `unmapped` will have each of them as well, so that nobody needs to read JSON.
   *
   * @returns undefined when there is none, or the text is longer than a string may be
   */
  restAsJson(...prefixes: readonly string[]): string | undefined {
    let rest: Record<string, string> | undefined;
    let length = 0;
    for (const name of Object.keys(this.#values)) {
      if (this.#taken.has(name) || !prefixes.some((prefix) => name.startsWith(prefix))) continue;
      const text = this.#anyText(name);
      if (text === undefined) continue;
      (rest ??= {})[name.toWellFormed()] = text;
      length += text.length;
      if (length > LONGEST_TEXT) return undefined;
    }
    const json = rest && JSON.stringify(rest);
    return json !== undefined && json.length <= LONGEST_TEXT ? json : undefined;
  }

  /** `text`, and takes it. */
  take(name: string): string | undefined {
    const text = this.text(name);
    if (text !== undefined) this.use(name);
    return text;
  }

  /** An id as an integer_t: from 0 to 2^31-1. Takes it. */
  takeId(name: string): number | undefined {
    const integer = this.integer(name, 0, LARGEST_INTEGER);
    if (integer !== undefined) this.#taken.add(name);
    return integer;
  }

  /** Text of a field of any kind. That of a list or an object takes time, and is asked for twice. */
  #anyText(name: string): string | undefined {
    const value = this.#values[name];
    if (typeof value !== "object") return textOf(value);
    if (!this.#nested.has(name)) this.#nested.set(name, textOf(value));
    return this.#nested.get(name);
  }

  /**
   * Moves every field that nobody took to `unmapped`, in the order they came in; names that look like
   * array indices first, as in every object of ECMAScript.
   */
  leaveTo(unmapped: Unmapped): void {
    for (const name of Object.keys(this.#values)) {
      if (this.#taken.has(name) || DROPPED.has(name)) continue;
      const text = this.#anyText(name);
      if (text !== undefined) unmapped.add(name, text);
    }
  }
}
