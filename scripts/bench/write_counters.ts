/** Bytes written so far; NaN where the system does not tell. */
export interface Written {
  /** By this process: pages of files that it dirtied, as the kernel accounts them. */
  readonly process: number;
  /** By everybody to the disk below `directory`, the file system's journal included. */
  readonly device: number;
}

/** Linux only: elsewhere both are NaN. */
export const written = (directory: string): Written => ({
  process: orNaN(() =>
    Number(/^write_bytes: (\d+)$/m.exec(Deno.readTextFileSync("/proc/self/io"))![1])
  ),
  device: orNaN(() => {
    const { dev } = Deno.statSync(directory);
    const major = (dev >> 8) & 0xfff;
    const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
    const fields = Deno.readTextFileSync(`/sys/dev/block/${major}:${minor}/stat`).trim();
    return Number(fields.split(/\s+/)[6]) * 512; // sectors written, always of 512 bytes
  }),
});

export const since = (before: Written, after: Written): Written => ({
  process: after.process - before.process,
  device: after.device - before.device,
});

/** No permission, or no such file: a number that is missing, not a reason to stop. */
function orNaN(read: () => number): number {
  try {
    return read();
  } catch {
    return NaN;
  }
}
