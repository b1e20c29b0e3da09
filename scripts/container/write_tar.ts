import { BLOCK, type TarEntry, TYPE_FLAGS } from "./tar_entry.ts";

const encoder = new TextEncoder();

/**
 * A tar file in the ustar format, which every reader knows: the entries in the order given, with
 * nothing in it that depends on the machine or the hour.
 *
 * @param mtime of all entries, in seconds since 1970
 * @throws when a path is longer than 100 bytes: none of ours is
 */
export function writeTar(entries: readonly TarEntry[], mtime: number): Uint8Array<ArrayBuffer> {
  const blocks = entries.map((entry) => {
    const size = entry.kind === "file" ? entry.content.length : 0;
    return { entry, size, length: BLOCK + Math.ceil(size / BLOCK) * BLOCK };
  });
  // Two empty blocks end it.
  const total = blocks.reduce((sum, { length }) => sum + length, 2 * BLOCK);
  const tar = new Uint8Array(total);
  let at = 0;
  for (const { entry, size, length } of blocks) {
    tar.set(headerOf(entry, size, mtime), at);
    if (entry.kind === "file") tar.set(entry.content, at + BLOCK);
    at += length;
  }
  return tar;
}

function headerOf(entry: TarEntry, size: number, mtime: number): Uint8Array {
  const { path, mode, uid, gid, kind } = entry;
  const header = new Uint8Array(BLOCK);
  const put = (text: string, at: number, length: number) => {
    const bytes = encoder.encode(text);
    if (bytes.length > length) throw new Error(`${path}: ${JSON.stringify(text)} is too long`);
    header.set(bytes, at);
  };
  const number = (value: number, at: number, length: number) =>
    put(value.toString(8).padStart(length - 1, "0"), at, length);
  put(kind === "directory" ? `${path}/` : path, 0, 100);
  number(mode, 100, 8);
  number(uid, 108, 8);
  number(gid, 116, 8);
  number(size, 124, 12);
  number(mtime, 136, 12);
  put(" ".repeat(8), 148, 8); // the sum counts its own field as spaces
  put(TYPE_FLAGS[kind], 156, 1);
  if (entry.kind === "symlink") put(entry.target, 157, 100);
  put("ustar\x0000", 257, 8);
  const sum = header.reduce((sum, byte) => sum + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8);
  return header;
}
