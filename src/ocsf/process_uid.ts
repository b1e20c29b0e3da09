import { murmur128 } from "./murmur.ts";

/**
 * A uid for a process whose pid is not known (OCSF's process needs pid or uid, and Falco's own
 * rules print no pid): a hash of what identifies it, in the given order.
 */
export function processUid(parts: readonly (string | undefined)[]): string {
  return `falco-lake:${murmur128(parts.join("\0"))}`;
}
