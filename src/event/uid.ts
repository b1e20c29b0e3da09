import { createHash } from "node:crypto";

const VARIANT = "89ab";

/**
 * A UUID of version 8 (RFC 9562) from the SHA-256 of the received bytes: the same bytes have the
 * same uid in every run, so that a replay can be recognised.
 */
export function uuidOf(payload: Uint8Array): string {
  const hex = createHash("sha256").update(payload).digest("hex");
  const variant = VARIANT[parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-` +
    `${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
