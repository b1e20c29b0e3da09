import type { Cursor } from "./cursor.ts";
import { TemplateError } from "./error.ts";
import { isSupported, SUPPORTED } from "./function_names.ts";
import type { Operand, Path, Pipeline } from "./nodes.ts";
import { parseNumber } from "./number.ts";
import type { Token } from "./token.ts";
import { unquoteCharacter, unquoteRaw, unquoteString } from "./unquote.ts";
import { bool, int, text } from "./value.ts";

/**
 * Parses a term and the fields directly behind it.
 *
 * @param parentheses parses from `(` to behind its `)`
 * @returns undefined, with nothing taken, when no operand starts here
 */
export function parseOperand(
  cursor: Cursor,
  parentheses: (cursor: Cursor) => Pipeline,
): Operand | undefined {
  const first = cursor.peek();
  const term = parseTerm(cursor, parentheses);
  if (!term || cursor.peek().kind !== "field") return term;
  const isBare = first.kind === "dot" || term.kind === "literal" || term.kind === "nil" ||
    term.kind === "overflow";
  if (isBare) {
    throw new TemplateError(`unexpected . after term ${first.text}`, cursor.peek().offset);
  }
  const names = term.kind === "path" ? [...term.names] : [];
  while (cursor.peek().kind === "field") names.push(cursor.next().text);
  return path(term.kind === "path" ? term.from : term, names);
}

const path = (from: Path["from"], names: readonly string[]): Path => ({
  kind: "path",
  from,
  names,
});

function parseTerm(
  cursor: Cursor,
  parentheses: (cursor: Cursor) => Pipeline,
): Operand | undefined {
  const token = cursor.peek();
  if (token.kind === "left paren") return parentheses(cursor);
  const term = simpleTerm(token);
  if (term) cursor.next();
  return term;
}

function simpleTerm(token: Token): Operand | undefined {
  switch (token.kind) {
    case "dot":
      return path("dot", []);
    case "field":
      return path("dot", [token.text]);
    case "variable":
      if (token.text === "$") return path("root", []);
      throw new TemplateError(
        `variable ${token.text} is not supported; the only one is $`,
        token.offset,
      );
    case "word":
      return wordTerm(token);
    case "number":
      return numberTerm(token);
    case "character": {
      const code = unquoteCharacter(token.text);
      if (code === undefined) {
        throw new TemplateError(`malformed character constant: ${token.text}`, token.offset);
      }
      return { kind: "literal", value: int(code) };
    }
    case "string":
      return stringTerm(token);
    case "raw string":
      return { kind: "literal", value: text(unquoteRaw(token.text)) };
    default:
      return undefined;
  }
}

/** Keywords of Go's templates: only at the start of an action, where `parseNodes` takes them. */
const KEYWORDS = new Set(["block", "define", "else", "end", "if", "range", "template", "with"]);

function wordTerm({ text, offset }: Token): Operand | undefined {
  if (text === "true" || text === "false") return { kind: "literal", value: bool(text === "true") };
  if (text === "nil") return { kind: "nil" };
  if (KEYWORDS.has(text)) return undefined;
  if (isSupported(text)) return { kind: "function", name: text };
  throw new TemplateError(
    `function ${JSON.stringify(text)} is not supported; supported are ${SUPPORTED}`,
    offset,
  );
}

function numberTerm({ text, offset }: Token): Operand {
  const literal = parseNumber(text);
  if (literal.kind === "wrong") throw new TemplateError(literal.reason, offset);
  return literal.kind === "overflow"
    ? { kind: "overflow", text }
    : { kind: "literal", value: literal.value };
}

function stringTerm(token: Token): Operand {
  const value = unquoteString(token.text);
  if (typeof value === "string") return { kind: "literal", value: text(value) };
  throw new TemplateError(
    value
      ? `${token.text}: bytes that are no UTF-8 are not supported`
      : `invalid escape in ${token.text}`,
    token.offset,
  );
}
