import { TemplateError } from "./error.ts";
import { actionTokens, closingAt } from "./lex_action.ts";
import { isSpace, type Token } from "./token.ts";

/**
 * Cuts a template into tokens. A generator, so that the first mistake in the text is the one that
 * is reported, whether the lexer or the parser sees it.
 *
 * @throws TemplateError
 */
export function* tokenize(template: string): Generator<Token, Token> {
  let at = 0;
  let trim = false;
  for (;;) {
    const found = template.indexOf("{{", at);
    const open = found === -1 ? template.length : found;
    const inside = open + 2;
    const marker = template[inside] === "-" && isSpace(template[inside + 1]);
    const text = trimmed(template, at, open, trim, marker);
    if (text !== "") yield { kind: "text", text, offset: at };
    if (found === -1) return { kind: "end of text", text: "", offset: open };

    at = inside + (marker ? 2 : 0);
    if (template.startsWith("/*", at)) {
      ({ at, trim } = skipComment(template, open, at));
    } else {
      yield { kind: "open", text: "{{", offset: open };
      ({ at, trim } = yield* actionTokens(template, open, at));
    }
  }
}

function trimmed(
  template: string,
  from: number,
  to: number,
  atStart: boolean,
  atEnd: boolean,
): string {
  if (atStart) { while (from < to && isSpace(template[from])) from++; }
  if (atEnd) { while (to > from && isSpace(template[to - 1])) to--; }
  return template.slice(from, to);
}

/** A comment must touch both delimiters or their trim markers. */
function skipComment(
  template: string,
  open: number,
  at: number,
): { readonly at: number; readonly trim: boolean } {
  const end = template.indexOf("*/", at + 2);
  if (end === -1) throw new TemplateError("unclosed comment", open);
  const close = closingAt(template, end + 2);
  if (!close) throw new TemplateError("comment ends before closing delimiter", end + 2);
  return { at: end + 2 + close.length, trim: close.trim };
}
