/** Entry of the encoder's thread: so that mapping and compressing never delay an answer to Falco. */
import { readRecords } from "../buffer/reader.ts";
import { systemDisk } from "../platform/disk.ts";
import { encodeBatch } from "./encode_batch.ts";
import type { EncodeReply, EncodeRequest } from "./encoder_messages.ts";

/** The part of a worker's global scope that is used; the types of both worlds do not mix. */
interface WorkerScope {
  onmessage: (event: MessageEvent<EncodeRequest>) => Promise<void>;
  postMessage(reply: EncodeReply, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = async ({ data }) => {
  const reply = await answer(data);
  scope.postMessage(reply, reply.ok ? reply.files.map(({ bytes }) => bytes.buffer) : []);
};

async function answer({ slices, settings }: EncodeRequest): Promise<EncodeReply> {
  try {
    return { ok: true, files: await encodeBatch(() => readRecords(systemDisk, slices), settings) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
