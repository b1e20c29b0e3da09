import { Readable } from "node:stream";

/** Bytes: so small that even a slow connection takes several in the time it may be idle. */
const PIECE = 64 * 1024;

/**
 * A request's body as a stream, so that its progress can be seen: a piece is asked for when the
 * socket has room. The system takes some MiB at most before a byte of them is on its way.
 *
 * The request's headers stay true: the SDK has set its length and signed its hash.
 *
 * @param moved called with each piece that is asked for
 * @returns undefined for a body that is to be sent as it is, because it is small or none
 */
export function bodyInPieces(body: unknown, moved: () => void): Readable | undefined {
  if (!(body instanceof Uint8Array) || body.length <= PIECE) return undefined;
  const pieces = function* () {
    for (let at = 0; at < body.length; at += PIECE) {
      moved();
      yield body.subarray(at, at + PIECE);
    }
  };
  return Readable.from(pieces(), { objectMode: false, highWaterMark: PIECE });
}
