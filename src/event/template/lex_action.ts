import { TemplateError } from "./error.ts";
import { isSpace, type Token, type TokenKind } from "./token.ts";

/** How a `}}` at this place is written: with a trim marker (white space, `-}}`) or without. */
export function closingAt(
  template: string,
  at: number,
): { readonly length: number; readonly trim: boolean } | undefined {
  if (template.startsWith("}}", at)) return { length: 2, trim: false };
  if (isSpace(template[at]) && template.startsWith("-}}", at + 1)) return { length: 4, trim: true };
  return undefined;
}

/**
 * The tokens from behind `{{` to `}}`.
 *
 * @param open where the action starts, to blame when it does not end
 * @returns where the action ends, and whether the text behind it is to be trimmed
 */
export function* actionTokens(
  template: string,
  open: number,
  at: number,
): Generator<Token, { readonly at: number; readonly trim: boolean }> {
  const parens: number[] = [];
  for (;;) {
    const close = closingAt(template, at);
    if (close) {
      const paren = parens.at(-1);
      if (paren !== undefined) throw new TemplateError("unclosed left paren", paren);
      yield { kind: "close", text: "}}", offset: at };
      return { at: at + close.length, trim: close.trim };
    }
    if (at >= template.length) throw new TemplateError("unclosed action", open);
    const token = tokenAt(template, at);
    if (token.kind === "left paren") parens.push(at);
    if (token.kind === "right paren" && parens.pop() === undefined) {
      throw new TemplateError("unexpected right paren", at);
    }
    yield token;
    at += token.text.length + (token.kind === "field" ? 1 : 0);
  }
}

function tokenAt(template: string, at: number): Token {
  const token = (kind: TokenKind, text: string): Token => ({ kind, text, offset: at });
  const first = template[at]!;
  const next = template[at + 1];
  if (isSpace(first)) return token("space", spaces(template, at));
  if (first === ".") {
    if (isDigit(next)) return token("number", number(template, at));
    const name = nameAt(template, at, at + 1);
    return name === "" ? token("dot", first) : token("field", name);
  }
  if (first === "$") return token("variable", first + nameAt(template, at, at + 1));
  if (isDigit(first) || first === "+" || first === "-") {
    return token("number", number(template, at));
  }
  if (first === "`") {
    const end = template.indexOf("`", at + 1);
    if (end === -1) throw new TemplateError("unterminated raw quoted string", at);
    return token("raw string", template.slice(at, end + 1));
  }
  if (first === '"') return token("string", quoted(template, at, "unterminated quoted string"));
  if (first === "'") {
    return token("character", quoted(template, at, "unterminated character constant"));
  }
  if (first === "|") return token("pipe", first);
  if (first === "(") return token("left paren", first);
  if (first === ")") return token("right paren", first);
  if (first === ":") {
    if (next !== "=") throw new TemplateError("expected :=", at);
    return token("other", ":=");
  }
  const word = nameAt(template, at, at);
  if (word !== "") return token("word", word);
  if (first >= " " && first <= "~") return token("other", first);
  throw new TemplateError(`unrecognized character in action: ${shown(template, at)}`, at);
}

/** White space, without the one that belongs to a trim marker. */
function spaces(template: string, at: number): string {
  let end = at + 1;
  while (isSpace(template[end]) && !closingAt(template, end)) end++;
  return template.slice(at, end);
}

const NAME = /[\p{L}\p{Nd}_]*/uy;

/** A name, or "" when there is none; what follows must not make another one of it. */
function nameAt(template: string, start: number, at: number): string {
  const name = match(NAME, template, at);
  const end = at + name.length;
  const following = template[end];
  const ends = following === undefined || isSpace(following) || ".,|:()".includes(following) ||
    template.startsWith("}}", end);
  if (!ends && (name !== "" || at > start)) {
    throw new TemplateError(`bad character ${shown(template, end)}`, end);
  }
  return name;
}

/** All that could be meant as a number; whether it is one, `parseNumber` says. */
const NUMBER = new RegExp(
  `[+-]?(?:${
    [
      /0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?/,
      /0[oO][0-7_]*(?:\.[0-7_]*)?/,
      /0[bB][01_]*(?:\.[01_]*)?/,
      /[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?/,
    ].map(({ source }) => source).join("|")
  })`,
  "y",
);

function number(template: string, at: number): string {
  const text = match(NUMBER, template, at);
  const end = at + text.length;
  if (/^(?:i|[+-][\d.])/.test(template.slice(end, end + 2))) {
    throw new TemplateError("complex numbers are not supported", at);
  }
  if (match(NAME, template, end) !== "" || /[+-]/.test(template[end] ?? "")) {
    throw new TemplateError(`bad number syntax: ${shown(template, end)} behind ${text}`, at);
  }
  return text;
}

/** A literal with its quotes; a backslash takes the next character with it, whatever it is. */
function quoted(template: string, at: number, mistake: string): string {
  const quote = template[at];
  for (let end = at + 1; end < template.length && template[end] !== "\n"; end++) {
    if (template[end] === quote) return template.slice(at, end + 1);
    if (template[end] === "\\" && template[end + 1] !== "\n") end++;
  }
  throw new TemplateError(mistake, at);
}

const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= "0" && character <= "9";

function match(pattern: RegExp, template: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(template)?.[0] ?? "";
}

function shown(template: string, at: number): string {
  const code = template.codePointAt(at)!;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")} ${
    JSON.stringify(String.fromCodePoint(code))
  }`;
}
