/** A file, folder or symbolic link as a layer of an image has it. */
export type TarEntry =
  & {
    /** Without a slash at either end: `usr/lib/os-release`. */
    readonly path: string;
    /** Permission bits, with sticky and the like: 0o1777. */
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
  }
  & (
    | { readonly kind: "file"; readonly content: Uint8Array }
    | { readonly kind: "directory" }
    | { readonly kind: "symlink"; readonly target: string }
  );

/** The type flags of POSIX's ustar format (pax, "ustar Interchange Format"). */
export const TYPE_FLAGS = { file: "0", symlink: "2", directory: "5" } as const;

/** Headers and contents fill blocks of this many bytes. */
export const BLOCK = 512;
