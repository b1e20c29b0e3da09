/** Collects what has no typed place (OCSF base attribute `unmapped`), as a map of strings. */
export class Unmapped {
  #entries: Record<string, string> | undefined;

  /** Adds an entry. Keys that become equal when made well-formed are kept apart by a `_`. */
  add(key: string, text: string): void {
    const entries = this.#entries ??= {};
    let free = key.toWellFormed();
    while (Object.hasOwn(entries, free)) free += "_";
    entries[free] = text; // also for "__proto__": Deno has no setter of that name
  }

  /** @returns undefined when nothing was added */
  entries(): Readonly<Record<string, string>> | undefined {
    return this.#entries;
  }
}
