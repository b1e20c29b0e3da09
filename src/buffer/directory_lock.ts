import type { Disk } from "../platform/disk.ts";

/**
 * Takes a buffer's folder, creating it if needed, for this process alone.
 *
 * @param owner who we are, for whoever finds it taken: "pid 123"
 * @returns what lets it go
 * @throws when another process has it, or it cannot be made or written to
 */
export async function lockDirectory(
  disk: Disk,
  directory: string,
  owner: string,
): Promise<() => void> {
  await disk.makeDirectory(directory);
  const lock = disk.lock(`${directory}/lock`, owner);
  if (lock.kind === "locked") return () => lock.release();
  throw new Error(
    `another falco-lake (${
      lock.note || "unknown"
    }) uses it: stop that one, or give this one its own`,
  );
}
