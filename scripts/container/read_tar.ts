import { BLOCK, type TarEntry, TYPE_FLAGS } from "./tar_entry.ts";

const decoder = new TextDecoder();

/**
 * The files, folders and symbolic links of a tar file, as `dpkg-deb --fsys-tarfile` and our own
 * writer make it: ustar or GNU, with GNU's long names. Content is a view of `tar`, not a copy.
 *
 * @throws when it is damaged, or holds what a library's package has no business with (devices, hard
 * links)
 */
export function* readTar(tar: Uint8Array): Generator<TarEntry> {
  let [longPath, longTarget]: (string | undefined)[] = [];
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const text = (from: number, length: number) => untilZero(header.subarray(from, from + length));
    checkSum(header, octal(text(148, 8)));
    const size = octal(text(124, 12));
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new Error("The tar file ends in the middle of a file");
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const flag = text(156, 1);
    // GNU's: the content is the path, or the target, of the entry that follows.
    if (flag === "L") longPath = untilZero(content);
    else if (flag === "K") longTarget = untilZero(content);
    else {
      const isUstar = text(257, 6) === "ustar"; // GNU's has a space there, and no prefix
      const prefix = isUstar ? text(345, 155) : "";
      const path = longPath ?? (prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`);
      const common = {
        path: path.replace(/^\.?\/+/, "").replace(/\/+$/, ""),
        mode: octal(text(100, 8)) & 0o7777,
        uid: octal(text(108, 8)),
        gid: octal(text(116, 8)),
      };
      if (flag === TYPE_FLAGS.file || flag === "") yield { ...common, kind: "file", content };
      else if (flag === TYPE_FLAGS.directory) yield { ...common, kind: "directory" };
      else if (flag === TYPE_FLAGS.symlink) {
        yield { ...common, kind: "symlink", target: longTarget ?? text(157, 100) };
      } else throw new Error(`${path} is of type ${flag}, neither file, folder nor symbolic link`);
      longPath = longTarget = undefined;
    }
  }
  throw new Error("The tar file has no end");
}

function checkSum(header: Uint8Array, expected: number): void {
  const sum = header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== expected) throw new Error("The tar file is damaged: a header's sum is wrong");
}

function untilZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
}

const octal = (text: string): number => parseInt(text.trim() || "0", 8);
