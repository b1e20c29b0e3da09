/** Collects what has no typed place (OCSF base attribute `unmapped`), as a map of strings. */
export class Unmapped {
  #entries: Record<string, string> | undefined;
  /** How many keys have become the same; a sender can make thousands do so. */
  #repeats: Map<string, number> | undefined;
  readonly #rename: (key: string) => string;

  /** @param rename what `bracketreplacer` makes of a field's name */
  constructor(rename: (key: string) => string = (key) => key) {
    this.#rename = rename;
  }

  /** Adds an entry. Keys that become equal when renamed or made well-formed are kept apart by `_1`, `_2` … */
  add(key: string, text: string): void {
    const entries = this.#entries ??= {};
    const wellFormed = this.#rename(key).toWellFormed();
    let free = wellFormed;
    if (Object.hasOwn(entries, free)) {
      const repeats = this.#repeats ??= new Map();
      let count = repeats.get(wellFormed) ?? 0;
      do free = `${wellFormed}_${++count}`; while (Object.hasOwn(entries, free));
      repeats.set(wellFormed, count);
    }
    entries[free] = text; // also for "__proto__": Deno has no setter of that name
  }

  /** @returns undefined when nothing was added */
  entries(): Readonly<Record<string, string>> | undefined {
    return this.#entries;
  }
}
