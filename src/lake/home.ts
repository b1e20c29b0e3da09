import { homedir } from "node:os";
import process from "node:process";

/**
 * The AWS SDK looks for shared files in the user's home before each request, and fails with a
 * TypeError where there is none: no HOME, and a user id that /etc/passwd does not know. Its home is
 * `/` then, as container runtimes have it.
 */
export function ensureHome(): void {
  const home: string | null = homedir(); // null in Deno, never in Node
  if (home === null) process.env["HOME"] = "/";
}
