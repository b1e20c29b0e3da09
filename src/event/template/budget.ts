import { RenderError } from "./error.ts";
import { MAX_STEPS } from "./limits.ts";

/** Counts what one rendering does, so that nested ranges cannot hold up the agent. */
export class Budget {
  #left = MAX_STEPS;

  /** @throws RenderError when the rendering has used up its steps */
  spend(steps = 1): void {
    this.#left -= steps;
    if (this.#left < 0) throw new RenderError(`more than ${MAX_STEPS} steps`);
  }

  /** For work that reads through a text: cheap per character, but not free. */
  spendOnText(length: number): void {
    this.spend(1 + (length >> 8));
  }

  /** For listing the keys of a map. */
  spendOnKeys(count: number): void {
    this.spend(1 + (count >> 4));
  }
}
