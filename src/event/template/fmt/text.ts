import type { Directive } from "./format.ts";
import { pad, truncate } from "./pad.ts";
import { canBackquote, quoteText } from "./quote.ts";

/** A string or json.Number; undefined when the verb is none for strings. */
export function formatText(
  text: string,
  directive: Directive,
  goSyntax: boolean,
): string | undefined {
  const { verb, precision } = directive;
  switch (verb) {
    case "v":
      return goSyntax ? quoted(text, directive) : pad(truncate(text, precision), directive);
    case "s":
      return pad(truncate(text, precision), directive);
    case "q":
      return quoted(text, directive);
    case "x":
    case "X":
      return pad(hexadecimal(text, directive), directive);
    default:
      return undefined;
  }
}

function quoted(whole: string, directive: Directive): string {
  const text = truncate(whole, directive.precision);
  const raw = directive.sharp && canBackquote(text);
  return pad(raw ? `\`${text}\`` : quoteText(text, directive.plus), directive);
}

/** The UTF-8 bytes; a precision counts bytes of the text. */
function hexadecimal(text: string, { verb, precision, space, sharp }: Directive): string {
  const bytes = new TextEncoder().encode(text).subarray(0, precision);
  const prefix = sharp ? "0x" : "";
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const joined = space
    ? pairs.map((pair) => prefix + pair).join(" ")
    : pairs.length > 0
    ? prefix + pairs.join("")
    : "";
  return verb === "X" ? joined.toUpperCase() : joined;
}
