import type { Disk } from "../platform/disk.ts";
import { commitCursor, type Cursor } from "./cursor.ts";
import type { Home } from "./home.ts";
import type { Reserve } from "./reserve.ts";

/** The cursor and its file, which move together. */
export class CursorFile {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #home: Home;
  readonly #reserve: Reserve;
  #cursor: Cursor;
  #moves: Promise<void> = Promise.resolve();

  /** @param cursor as it stands in the file, unless `move` is called next */
  constructor(disk: Disk, directory: string, home: Home, reserve: Reserve, cursor: Cursor) {
    this.#disk = disk;
    this.#directory = directory;
    this.#home = home;
    this.#reserve = reserve;
    this.#cursor = cursor;
  }

  get cursor(): Cursor {
    return this.#cursor;
  }

  /**
   * Writes a new cursor, then believes it. One move at a time, in the order of the calls.
   *
   * @throws what the disk says, or that the folder is not where it was; the cursor is the old one
   *   then, in the file either one
   */
  move(change: Partial<Cursor>): Promise<void> {
    const moved = this.#moves.then(async () => {
      this.#home.mustBeHere();
      const cursor = { ...this.#cursor, ...change };
      await this.#reserve.lend(() => commitCursor(this.#disk, this.#directory, cursor));
      this.#cursor = cursor;
    });
    this.#moves = moved.catch(() => {}); // whoever asked for the move is told
    return moved;
  }
}
