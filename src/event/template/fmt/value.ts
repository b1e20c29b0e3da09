import type { BoundedText } from "../bounded_text.ts";
import { RenderError } from "../error.ts";
import { MAX_DATA_DEPTH } from "../limits.ts";
import { sortedKeys } from "../sorted_keys.ts";
import { fromField, isNothing, readText, text, typeName, type Value } from "../value.ts";
import { formatFloat } from "./float.ts";
import { type Directive, PLAIN } from "./format.ts";
import { formatInteger } from "./integer.ts";
import { pad, truncate } from "./pad.ts";
import { formatText } from "./text.ts";

/** Writes a value as a directive of Go's fmt says, with a note when the verb does not fit it. */
export function formatValue(value: Value, given: Directive, out: BoundedText): void {
  if (isNothing(value) && "Tv".includes(given.verb)) return out.add(pad("<nil>", given));
  if (given.verb === "T") {
    return out.add(pad(truncate(typeName(value), given.precision), given));
  }
  // `%#v` is Go syntax; both flags then mean nothing more.
  const isPlain = given.verb === "v";
  const directive = isPlain ? { ...given, sharp: false, plus: false } : given;
  new ValueWriter(directive, isPlain && given.sharp, out).write(value, 0);
}

/** `%v` without anything. */
export const formatPlain = (value: Value, out: BoundedText): void => formatValue(value, PLAIN, out);

/** Steps that a float counts for: it may need hundreds of digits to be rounded right. */
const EXACT_DIGITS = 10;

class ValueWriter {
  constructor(
    readonly directive: Directive,
    readonly goSyntax: boolean,
    readonly out: BoundedText,
  ) {}

  write(value: Value, depth: number): void {
    if (depth > MAX_DATA_DEPTH) throw new RenderError(`data nested deeper than ${MAX_DATA_DEPTH}`);
    if (value.kind === "slice") {
      const items = value.items.values().map(fromField);
      return this.#collection(value, "[", "]", items, (item) => this.#member(item, depth));
    }
    if (value.kind === "map") {
      const keys = sortedKeys(value.fields, this.out.budget);
      return this.#collection(value, "map[", "]", keys, (key) => {
        this.#leaf(text(key));
        this.out.add(":");
        this.#member(fromField(value.fields[key]), depth);
      });
    }
    this.#leaf(value);
  }

  #collection<Item>(
    value: Value,
    open: string,
    close: string,
    items: Iterable<Item>,
    write: (item: Item) => void,
  ): void {
    this.out.add(this.goSyntax ? `${typeName(value)}{` : open);
    let separator = "";
    for (const item of items) {
      this.out.add(separator);
      write(item);
      separator = this.goSyntax ? ", " : " ";
    }
    this.out.add(this.goSyntax ? "}" : close);
  }

  /** Nil in a collection is written without regard to verb and width. */
  #member(value: Value, depth: number): void {
    if (!isNothing(value)) this.write(value, depth + 1);
    else this.out.add(this.goSyntax ? "interface {}(nil)" : "<nil>");
  }

  #leaf(value: Value): void {
    const written = this.#format(value, this.directive);
    if (written !== undefined) return this.out.add(written);
    const shown = isNothing(value)
      ? "<nil>"
      : `${typeName(value)}=${this.#format(value, { ...this.directive, verb: "v" })}`;
    this.out.add(`%!${this.directive.verb}(${shown})`);
  }

  /** @returns undefined when the verb does not fit the value */
  #format(value: Value, directive: Directive): string | undefined {
    switch (value.kind) {
      case "string":
      case "number":
        return formatText(readText(value, this.out.budget), directive, this.goSyntax);
      case "int":
        return formatInteger(value.value, value.type, directive, this.goSyntax);
      case "float":
        this.out.budget.spend(EXACT_DIGITS);
        return formatFloat(value.value, directive);
      case "bool":
        return "tv".includes(directive.verb) ? pad(String(value.value), directive) : undefined;
      default:
        return undefined;
    }
  }
}
