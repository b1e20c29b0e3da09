import { TemplateError } from "./error.ts";
import { tokenize } from "./lexer.ts";
import { MAX_NESTING } from "./limits.ts";
import type { Token } from "./token.ts";

/** The tokens of a template, with one of them seen ahead. */
export class Cursor {
  readonly #tokens: Generator<Token, Token>;
  #ahead: Token;
  #depth = 0;

  constructor(template: string) {
    this.#tokens = tokenize(template);
    this.#ahead = this.#tokens.next().value;
  }

  peek(): Token {
    return this.#ahead;
  }

  next(): Token {
    const token = this.#ahead;
    // Nobody reads on behind the end, so that the lexer's mistakes are seen in their order.
    if (token.kind !== "end of text") this.#ahead = this.#tokens.next().value;
    return token;
  }

  peekBehindSpace(): Token {
    if (this.#ahead.kind === "space") this.next();
    return this.#ahead;
  }

  /** Parses what lies one level deeper. */
  nested<Result>(offset: number, parse: () => Result): Result {
    if (this.#depth === MAX_NESTING) {
      throw new TemplateError(`nested more than ${MAX_NESTING} levels deep`, offset);
    }
    this.#depth++;
    const result = parse();
    this.#depth--;
    return result;
  }
}

export const unexpected = (token: Token, where: string): TemplateError =>
  new TemplateError(
    token.kind === "end of text"
      ? `unexpected end of the template in ${where}`
      : `unexpected ${JSON.stringify(token.text)} in ${where}`,
    token.offset,
  );
