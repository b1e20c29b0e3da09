import type { BoundedText } from "../bounded_text.ts";
import { RenderError } from "../error.ts";
import { isNothing, typeName, type Value } from "../value.ts";
import { parseFormat } from "./format.ts";
import { formatPlain, formatValue } from "./value.ts";

/** Go's Sprintf, with its notes on missing and extra arguments. */
export function printf(format: string, values: readonly Value[], out: BoundedText): void {
  let used = 0;
  for (const piece of parseFormat(format)) {
    switch (piece.kind) {
      case "text":
        out.add(piece.text);
        break;
      case "no verb":
        out.add("%!(NOVERB)");
        break;
      case "unsupported":
        throw new RenderError(`${JSON.stringify(piece.text)} in the format: ${piece.reason}`);
      case "directive": {
        const value = values[used++];
        if (value) formatValue(value, piece.directive, out);
        else out.add(`%!${piece.directive.verb}(MISSING)`);
      }
    }
  }
  if (used >= values.length) return;
  out.add("%!(EXTRA ");
  values.slice(used).forEach((value, index) => {
    if (index > 0) out.add(", ");
    if (!isNothing(value)) out.add(`${typeName(value)}=`);
    formatPlain(value, out);
  });
  out.add(")");
}
