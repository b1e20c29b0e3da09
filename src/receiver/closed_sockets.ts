import type { Socket } from "node:net";

/** The part of Deno's handle of a socket that this is about. */
interface Handle {
  readStop(): void;
  close(callback?: () => void): void;
}

const mended = new WeakSet<object>();

/**
 * Lets go of sockets that we close. In Deno up to 2.9.1 a socket that is closed while it still reads,
 * as every one is that the other end has not closed first, stays in memory for good, some 3 kB each:
 * after a bad request, `Connection: close`, a timeout, an upload's connection (denoland/deno#35876).
 * It is enough to stop reading before. For all sockets of the process, once one of them is seen.
 */
export function letGoOfClosedSockets(socket: Socket): void {
  // Not documented; where it is not there, or already mended, nothing is lost.
  const { _handle: handle } = socket as Socket & { readonly _handle?: Partial<Handle> | null };
  if (!handle?.close || !handle.readStop) return;
  const prototype = Object.getPrototypeOf(handle) as Handle;
  if (mended.has(prototype)) return;
  mended.add(prototype);
  const { close } = prototype;
  prototype.close = function (this: Handle, callback?: () => void): void {
    this.readStop();
    close.call(this, callback);
  };
}
