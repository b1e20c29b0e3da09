import type { Damage } from "./damage.ts";

/** Something to tell about a file of a buffer; with the stretch of it, if it is one. */
export interface Finding extends Partial<Damage> {
  /** `damage`: events or files are not what they should be. `note`: worth knowing, no more. */
  readonly kind: "damage" | "note";
  readonly path: string;
  /** For people: what it is and, where there is something, what to do. */
  readonly text: string;
}

/** Makes the findings of one file. */
export class Finder {
  readonly #path: string;
  readonly #unreadable = new Set<number>();

  constructor(path: string) {
    this.#path = path;
  }

  damage(text: string, stretch?: Damage): Finding {
    return { kind: "damage", path: this.#path, ...stretch, text };
  }

  note(text: string): Finding {
    return { kind: "note", path: this.#path, text };
  }

  /** To be told of every offset from which on the disk could not read. */
  unreadable(offset: number): void {
    this.#unreadable.add(offset);
  }

  kindOf({ start, end }: Damage): "damaged" | "unreadable" {
    const isInside = (offset: number) => offset >= start && offset < end;
    return [...this.#unreadable].some(isInside) ? "unreadable" : "damaged";
  }
}
