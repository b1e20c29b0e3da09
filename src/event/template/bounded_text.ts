import type { Budget } from "./budget.ts";
import { RenderError } from "./error.ts";
import { MAX_TEXT } from "./limits.ts";

/** Collects text up to MAX_TEXT; lone surrogates become U+FFFD, as Go decodes them. */
export class BoundedText {
  #text = "";

  constructor(readonly budget: Budget) {}

  get text(): string {
    return this.#text;
  }

  /** @throws RenderError without adding anything, when it would grow too long */
  add(piece: string): void {
    this.budget.spendOnText(piece.length);
    if (this.#text.length + piece.length > MAX_TEXT) throw tooLong();
    this.#text += piece.toWellFormed();
  }
}

export const tooLong = (): RenderError => new RenderError(`text longer than ${MAX_TEXT} units`);
