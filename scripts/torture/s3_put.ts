import { crc32 } from "node:zlib";
import { systemClock } from "../../src/platform/clock.ts";
import { type HttpMessages, type MessageHead, writeAll } from "./http_messages.ts";
import type { MomentListener } from "./moments.ts";
import type { Kept } from "./object_store.ts";
import { encodeAnswer, s3Answer } from "./s3_answer.ts";
import type { Fault } from "./s3_fault.ts";

/** A PUT that has begun to come in. */
export interface IncomingPut {
  /** Bucket and key, with a slash in front. */
  readonly path: string;
  readonly head: MessageHead;
  readonly messages: HttpMessages;
  readonly connection: Deno.Conn;
}

/** What the server of a PUT has to say and to do. */
export interface PutHandlers {
  readonly happened: MomentListener;
  readonly store: (body: Uint8Array) => Kept;
  /** Counts what became of the PUT. */
  readonly count: (outcome: string) => void;
  readonly violation: (what: string) => void;
  /** Ends a silence. */
  readonly signal: AbortSignal;
}

/**
 * Does with a PUT what a fault says. Whatever that is: a body that is not whole is not kept.
 *
 * @returns whether the connection is still good
 */
export async function servePut(
  put: IncomingPut,
  fault: Fault,
  { happened, store, count, violation, signal }: PutHandlers,
): Promise<boolean> {
  const { path, head: { headers }, messages, connection } = put;
  if (headers.get("expect") === "100-continue") await writeAll(connection, CONTINUE);
  const length = Number(headers.get("content-length"));
  const body = await messages.body(Math.floor(length * fault.read));
  if (!body) {
    count("the connection was gone");
    return false;
  }
  const isWhole = body.length === length;
  happened(isWhole ? "put body" : "put part", path);
  if (isWhole && headers.get("x-amz-checksum-crc32") !== checksumOf(body)) {
    violation(`${path} came with a checksum that is not that of its body, or with none`);
    return false;
  }
  const keep = () => {
    const kept = store(body);
    if (kept === "different") violation(`${path} was replaced by other bytes`);
    if (kept === "the same again") count("replaced by the same bytes");
    happened("put stored", path);
  };
  count(fault.name);
  if (isWhole && fault.store === "at once") keep();
  const fallSilent = () => systemClock.sleep(fault.silence, signal);
  if (fault.silence > 0 && !fault.cutAnswer) await fallSilent();
  if (isWhole && fault.store === "late") keep();
  if (fault.answer === "cut") return false;
  if (fault.answer === "cut within") {
    await writeAll(connection, encodeAnswer(s3Answer(200)).subarray(0, CUT_WITHIN));
    return false;
  }
  const isStatus = typeof fault.answer === "number";
  const answer = encodeAnswer(isStatus ? s3Answer(fault.answer) : fault.answer);
  if (fault.cutAnswer) {
    await writeAll(connection, answer.subarray(0, Math.floor(answer.length * fault.cutAnswer)));
    if (fault.silence > 0) await fallSilent();
    return false;
  }
  await writeAll(connection, answer);
  // Closed with bytes unread, a connection would be reset, and the answer lost with it.
  if (!isWhole) await messages.body(length - body.length);
  return isWhole;
}

const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");
/** Bytes that arrive of an answer that is cut: its status, and not all of its headers. */
const CUT_WITHIN = 20;

function checksumOf(bytes: Uint8Array): string {
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, crc32(bytes));
  return checksum.toBase64();
}
