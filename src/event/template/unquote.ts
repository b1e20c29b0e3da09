/** Escapes of one character, common to strings and character constants. */
const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

const NUMERIC = /x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})/y;

/** A character of a literal: a byte (`\x`, octal) or a code point. */
interface Unquoted {
  readonly value: number;
  readonly isByte: boolean;
  /** Where the next one starts. */
  readonly end: number;
}

/**
 * The text of a Go string literal.
 *
 * @param literal with its quotes, which the lexer has found
 * @returns undefined when an escape is wrong, `notText` when the bytes are no UTF-8: Go's strings
 *   may be anything, ours may not
 */
export function unquoteString(literal: string): string | undefined | { readonly notText: true } {
  const bytes: number[] = [];
  for (let at = 1; at < literal.length - 1;) {
    const character = unquoteOne(literal, at, '"');
    if (!character) return undefined;
    if (character.isByte) bytes.push(character.value);
    else bytes.push(...ENCODER.encode(String.fromCodePoint(character.value)));
    at = character.end;
  }
  try {
    return DECODER.decode(Uint8Array.from(bytes));
  } catch {
    return { notText: true };
  }
}

/** Raw strings have no escapes; Go drops carriage returns from them. */
export const unquoteRaw = (literal: string): string => literal.slice(1, -1).replaceAll("\r", "");

/** The code of a Go character constant such as `'a'`; undefined when it is none. */
export function unquoteCharacter(literal: string): number | undefined {
  if (literal.length < 3) return undefined;
  const character = unquoteOne(literal, 1, "'");
  return character?.end === literal.length - 1 ? character.value : undefined;
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function unquoteOne(literal: string, at: number, quote: string): Unquoted | undefined {
  if (literal[at] !== "\\") {
    const value = literal.codePointAt(at)!;
    return { value, isByte: false, end: at + (value > 0xffff ? 2 : 1) };
  }
  const escape = literal[at + 1]!;
  const simple = escape === quote ? quote : SIMPLE[escape];
  if (simple !== undefined) return { value: simple.charCodeAt(0), isByte: false, end: at + 2 };

  NUMERIC.lastIndex = at + 1;
  const [found, hex, short, long, octal] = NUMERIC.exec(literal) ?? [];
  if (found === undefined) return undefined;
  const end = at + 1 + found.length;
  const byte = hex ?? octal;
  if (byte !== undefined) {
    const value = parseInt(byte, hex === undefined ? 8 : 16);
    return value > 0xff ? undefined : { value, isByte: true, end };
  }
  const value = parseInt((short ?? long)!, 16);
  const isCharacter = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
  return isCharacter ? { value, isByte: false, end } : undefined;
}
