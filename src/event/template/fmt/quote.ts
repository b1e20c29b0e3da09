/** Escapes with a letter; quotes and the backslash are escaped by themselves. */
const LETTERS: Readonly<Record<string, string>> = {
  "\x07": "a",
  "\b": "b",
  "\f": "f",
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\v": "v",
  "\\": "\\",
};

/**
 * What Go's strconv.IsPrint takes for printable: letters, marks, numbers, punctuation, symbols and
 * the ASCII space. JavaScript may know characters of a later Unicode version than Go does.
 */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

export const isPrintable = (character: string): boolean => PRINTABLE.test(character);

/** A text as a Go string literal, as strconv.Quote and, for `ascii`, QuoteToASCII write it. */
export function quoteText(text: string, ascii: boolean): string {
  let quoted = "";
  for (const character of text) quoted += escape(character, '"', ascii);
  return `"${quoted}"`;
}

/** A character as a Go character constant. */
export const quoteCharacter = (character: string, ascii: boolean): string =>
  `'${escape(character, "'", ascii)}'`;

/** Whether a raw string literal can hold the text as it is: no control character but the tab. */
export const canBackquote = (text: string): boolean =>
  [...text].every((character) =>
    (character >= " " || character === "\t") && !"`\x7f\ufeff".includes(character)
  );

function escape(character: string, quote: string, ascii: boolean): string {
  if (character === quote) return `\\${quote}`;
  const letter = LETTERS[character];
  if (letter !== undefined) return `\\${letter}`;
  const code = character.codePointAt(0)!;
  if (isPrintable(character) && (!ascii || code < 0x7f)) return character;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, "0")}`;
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
