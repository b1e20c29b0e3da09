/** The smallest pieces of a template, named as Go's documentation does where it does. */
export type TokenKind =
  | "text"
  /** `{{`, with its trim marker. */
  | "open"
  /** `}}`, with its trim marker. */
  | "close"
  | "space"
  | "pipe"
  | "left paren"
  | "right paren"
  /** `.` alone. */
  | "dot"
  /** `.name`; the text is the name. */
  | "field"
  /** `$` and `$name`; the text has the `$`. */
  | "variable"
  /** A function, a keyword, true, false or nil. */
  | "word"
  | "number"
  | "character"
  /** In double quotes, and with them. */
  | "string"
  /** In back quotes, and with them. */
  | "raw string"
  /** A character that has no meaning here, `=` and `:=`. */
  | "other"
  | "end of text";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** UTF-16 units from the template's start. */
  readonly offset: number;
}

/** Go's white space in templates: what separates operands, and what trim markers remove. */
export const isSpace = (character: string | undefined): boolean =>
  character === " " || character === "\t" || character === "\n" || character === "\r";
