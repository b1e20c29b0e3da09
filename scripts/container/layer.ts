import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { TarEntry } from "./tar_entry.ts";
import { writeTar } from "./write_tar.ts";

/** A layer of an image. */
export interface Layer {
  /** gzip'd tar. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `sha256:…` of the tar as it is before gzip: what OCI calls the DiffID. */
  readonly diffId: string;
}

/**
 * The same entries give the same bytes, in whatever order they come.
 *
 * @param entries without folders that need nothing but to be there: those above an entry are added
 * @param mtime of all entries, in seconds since 1970
 */
export function makeLayer(entries: readonly TarEntry[], mtime: number): Layer {
  const all = new Map<string, TarEntry>();
  for (const { path } of entries) {
    const names = path.split("/");
    for (let depth = 1; depth < names.length; depth++) {
      const above = names.slice(0, depth).join("/");
      all.set(above, { kind: "directory", path: above, mode: 0o755, uid: 0, gid: 0 });
    }
  }
  for (const entry of entries) all.set(entry.path, entry);
  // By path a folder comes before what is in it.
  const sorted = [...all.values()].sort((a, b) => a.path < b.path ? -1 : 1);
  const tar = writeTar(sorted, mtime);
  return { bytes: new Uint8Array(gzipSync(tar)), diffId: digestOf(tar) };
}

/** As OCI writes it. */
export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
