/** A machine that an image is for. */
export interface Platform {
  /** As OCI and Debian name it. */
  readonly architecture: "amd64" | "arm64";
  /** As `deno compile` names it. */
  readonly target: string;
  /** The folder of Debian's libraries for it. */
  readonly triplet: string;
  /** `e_machine` of its programs (ELF). */
  readonly elfMachine: number;
}

export const PLATFORMS: readonly Platform[] = [
  {
    architecture: "amd64",
    target: "x86_64-unknown-linux-gnu",
    triplet: "x86_64-linux-gnu",
    elfMachine: 62,
  },
  {
    architecture: "arm64",
    target: "aarch64-unknown-linux-gnu",
    triplet: "aarch64-linux-gnu",
    elfMachine: 183,
  },
];

/** @throws when the bytes are no program for that machine */
export function checkProgram(bytes: Uint8Array, { architecture, elfMachine }: Platform): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isElf = bytes.length > 20 && view.getUint32(0) === 0x7f454c46;
  if (!isElf) throw new Error("it is no program");
  if (view.getUint16(18, true) !== elfMachine) {
    throw new Error(`it is a program for another machine than ${architecture}`);
  }
}
