import { gzipSync } from "node:zlib";
import { eventText } from "./event_text.ts";
import type { Ledger } from "./ledger.ts";

/** A POST of one event or of several. */
export interface EventRequest {
  /** Numbers of the events in it. */
  readonly ids: readonly number[];
  readonly bytes: Uint8Array;
}

/** Below the agent's RECEIVER_MAXBODYSIZE by more than the largest event. */
const BODY_BYTES = 8 * 1024;
const MOST_EVENTS = 6;

const encoder = new TextEncoder();

/** Draws what a client sends next. What is in it counts as sent. */
export function drawRequest(seed: number, random: () => number, ledger: Ledger): EventRequest {
  const kind = random();
  const most = kind < 0.94 ? 1 : 2 + Math.floor(random() * (MOST_EVENTS - 1));
  const ids: number[] = [];
  const texts: string[] = [];
  for (let length = 0; ids.length < most && length < BODY_BYTES;) {
    const id = ledger.send();
    const text = eventText(seed, id);
    ids.push(id);
    texts.push(text);
    length += encoder.encode(text).length;
  }
  const text = kind < 0.97 ? texts.join("\n") : `[${texts.join(", ")}]`;
  const zipped = random() < 0.03;
  const body = zipped ? gzipSync(encoder.encode(text)) : encoder.encode(text);
  const head = encoder.encode(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n` +
      `${zipped ? "Content-Encoding: gzip\r\n" : ""}\r\n`,
  );
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return { ids, bytes };
}
