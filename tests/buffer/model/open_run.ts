import { Buffer, type BufferDependencies } from "../../../src/buffer/buffer.ts";
import { DIRECTORY } from "../../support/open_buffer.ts";
import type { Setting } from "./steps.ts";

export function openRun(
  { segmentSize, maxSize, whenFull, sync }: Setting,
  surroundings: Pick<BufferDependencies, "disk" | "clock" | "log">,
  fraction: () => number,
): Promise<Buffer> {
  const bytes = (length: number) => Uint8Array.from({ length }, () => fraction() * 256);
  return Buffer.open(
    { directory: DIRECTORY, segmentSize, maxSize, whenFull, sync, owner: "the model" },
    { ...surroundings, random: { bytes, fraction } },
  );
}
