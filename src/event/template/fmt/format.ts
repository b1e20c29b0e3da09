/** A verb of a format with its flags, as Go's package fmt documents them. */
export interface Directive {
  /** One code point. */
  readonly verb: string;
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

export type FormatPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "directive"; readonly directive: Directive }
  /** A `%` with nothing behind it that would say how to print. */
  | { readonly kind: "no verb" }
  | { readonly kind: "unsupported"; readonly text: string; readonly reason: string };

/** `%v` as it stands: what print uses, too. */
export const PLAIN: Directive = {
  verb: "v",
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
};

/** A point that ends the format is a verb, not the start of a precision. */
const DIRECTIVE = /%([-+# 0]*)(\d*)(?:(\.)(?!$)(\d*))?([\s\S]?)/uy;

/** Go's fmt gives up on larger widths; ours would be longer than any text we render. */
const MAX_SIZE = 1_000_000;

/** Cuts a format into its pieces. `%%` is text, whatever flags it has. */
export function parseFormat(format: string): readonly FormatPiece[] {
  const pieces: FormatPiece[] = [];
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf("%", at);
    const end = percent === -1 ? format.length : percent;
    if (end > at) pieces.push({ kind: "text", text: format.slice(at, end) });
    if (percent === -1) break;
    DIRECTIVE.lastIndex = percent;
    const [text, flags, width, point, precision, verb] = DIRECTIVE.exec(format)!;
    pieces.push(piece(text, flags!, width!, point && `0${precision}`, verb!));
    at = percent + text.length;
  }
  return pieces;
}

function piece(
  text: string,
  flags: string,
  width: string,
  precision: string | undefined,
  verb: string,
): FormatPiece {
  const unsupported = (reason: string): FormatPiece => ({ kind: "unsupported", text, reason });
  if (verb === "[") return unsupported("argument indexes are not supported");
  if (verb === "*") return unsupported("a width from the arguments is not supported");
  if (verb === "p" || verb === "w") return unsupported("this verb is not supported");
  if (Number(width) > MAX_SIZE || Number(precision) > MAX_SIZE) {
    return unsupported("such a size is not supported");
  }
  if (verb === "") return { kind: "no verb" };
  if (verb === "%") return { kind: "text", text: "%" };
  return {
    kind: "directive",
    directive: {
      verb,
      minus: flags.includes("-"),
      plus: flags.includes("+"),
      sharp: flags.includes("#"),
      space: flags.includes(" "),
      zero: flags.includes("0"),
      width: width === "" ? undefined : Number(width),
      precision: precision === undefined ? undefined : Number(precision),
    },
  };
}
