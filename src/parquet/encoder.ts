import type { SegmentSlice } from "../buffer/segment_slice.ts";
import type { EncodedFile, EncodeSettings } from "./encode_batch.ts";
import type { EncodeReply, EncodeRequest } from "./encoder_messages.ts";

/** The encoder in its own thread. */
export interface Encoder {
  /**
   * Encodes the records of `slices`, one batch at a time, to files in the order of their eventDay.
   *
   * @throws Error when the batch cannot be encoded or the thread died; close this encoder then and
   *   start another
   */
  encode(
    slices: readonly SegmentSlice[],
    settings: EncodeSettings,
  ): Promise<readonly EncodedFile[]>;
  /** Ends the thread, which frees its memory. A batch under way is rejected. */
  close(): void;
}

/**
 * Starts an encoder. Ready after about 100 ms, and costs 50 MB and more until it is closed: start it
 * when there is something to encode, close it when idle.
 */
export function startEncoder(): Encoder {
  const worker = new Worker(import.meta.resolve("./encoder_worker.ts"), { type: "module" });
  let pending: PromiseWithResolvers<readonly EncodedFile[]> | undefined;
  let ended: Error | undefined;

  const settle = (reply: EncodeReply | Error) => {
    const waiting = pending;
    pending = undefined;
    if (reply instanceof Error) waiting?.reject(reply);
    else if (reply.ok) waiting?.resolve(reply.files);
    else waiting?.reject(new Error(`cannot encode the batch: ${reply.message}`));
  };
  const end = (reason: Error) => {
    ended ??= reason;
    worker.terminate();
    settle(ended);
  };

  worker.onmessage = ({ data }: MessageEvent<EncodeReply>) => settle(data);
  worker.onmessageerror = () => end(new Error("the encoder sent something unreadable"));
  worker.onerror = (event) => {
    event.preventDefault(); // or the whole program ends
    end(new Error(`the encoder died: ${event.message}`));
  };

  return {
    encode(slices, settings) {
      if (ended) return Promise.reject(ended);
      if (pending) return Promise.reject(new Error("the encoder is busy with another batch"));
      pending = Promise.withResolvers();
      const request: EncodeRequest = { slices, settings };
      worker.postMessage(request);
      return pending.promise;
    },
    close: () => end(new Error("the encoder is closed")),
  };
}
