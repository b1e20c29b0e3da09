import { Buffer, type BufferOptions } from "../../src/buffer/buffer.ts";
import type { Clock } from "../../src/platform/clock.ts";
import type { Disk } from "../../src/platform/disk.ts";
import type { Random } from "../../src/platform/random.ts";
import { type CapturedLog, captureLog } from "./capture_log.ts";

export const DIRECTORY = "/buffer";

/** Time that stands still. */
export const frozenClock: Clock = {
  now: () => Date.UTC(2026, 10, 21, 12),
  monotonic: () => 0,
  sleep: (_milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) resolve();
      else signal?.addEventListener("abort", () => resolve(), { once: true });
    }),
};

/** The same bytes every time. */
export const fixedRandom: Random = {
  bytes: (length) => Uint8Array.from({ length }, (_, at) => at),
  fraction: () => 0.5,
};

export const NO_LIMITS = { events: Infinity, bytes: Infinity };

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A buffer on `disk`, with limits that nothing small reaches unless told otherwise. */
export async function openBuffer(
  disk: Disk,
  options: Partial<BufferOptions> = {},
  clock: Clock = frozenClock,
): Promise<{ buffer: Buffer; log: CapturedLog }> {
  const log = captureLog();
  const buffer = await Buffer.open({
    directory: DIRECTORY,
    maxSize: 1 << 30,
    segmentSize: 1 << 24,
    whenFull: "dropoldest",
    sync: "always",
    owner: "the test",
    ...options,
  }, { disk, clock, random: fixedRandom, log });
  return { buffer, log };
}
