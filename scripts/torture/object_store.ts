import { createHash } from "node:crypto";
import { dirname } from "node:path";

/** What became of an object that was to be kept. */
export type Kept = "new" | "the same again" | "different";

/**
 * The objects of the S3 server, as files, because a run has gigabytes of them. A later object of a
 * key replaces an earlier one, as with S3.
 */
export class ObjectStore {
  readonly #directory: string;
  readonly #hashes = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
    Deno.mkdirSync(directory, { recursive: true });
  }

  put(key: string, bytes: Uint8Array): Kept {
    const before = this.#hashes.get(key);
    const hash = createHash("sha256").update(bytes).digest("hex");
    const path = `${this.#directory}/${key}`;
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(path, bytes);
    this.#hashes.set(key, hash);
    return before === undefined ? "new" : before === hash ? "the same again" : "different";
  }
}
