import { systemDisk } from "../../src/platform/disk.ts";
import { Tally } from "./tally.ts";

/** A segment of this size holds its header and nothing else. */
const HEADER_BYTES = 44;

/** What kills leave in a buffer's folder: the proof that they hit something. */
export class Leftovers {
  readonly found = new Tally();
  readonly #directory: string;
  #segments: readonly string[] = [];
  #temporary = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** After a kill. */
  look(): void {
    const files = systemDisk.list(this.#directory);
    const before = this.#temporary; // a start that did not come so far has left it where it was
    this.#temporary = files.some(({ name }) => name === "cursor-lake.tmp");
    if (this.#temporary && !before) this.found.add("a cursor that was being written");
    this.#segments = files
      .filter(({ name, size }) => name.endsWith(".seg") && size > HEADER_BYTES)
      .map(({ name }) => name);
  }

  /** When a next agent listens, before it can have shipped anything. */
  lookAgain(): void {
    this.#temporary = false;
    const names = new Set(systemDisk.list(this.#directory).map(({ name }) => name));
    if (this.#segments.some((name) => !names.has(name))) {
      this.found.add("segments to delete");
    }
  }
}
