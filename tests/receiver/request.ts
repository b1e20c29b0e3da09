import { Buffer } from "node:buffer";
import type { HttpRequest } from "../../src/receiver/http.ts";
import { bytesOf } from "../support/open_buffer.ts";

/** A request in memory; `chunks` arrive one by one, as from a client that declares no length. */
export function request(
  method: string,
  target: string,
  body: string | Uint8Array | readonly Uint8Array[] = "",
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  const chunked = Array.isArray(body);
  const chunks =
    (chunked ? body : [typeof body === "string" ? bytesOf(body) : body]) as Uint8Array[];
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    method,
    target,
    header: (name) => name === "content-length" && !chunked ? String(length) : headers[name],
    readBody: (take) => {
      const taken = chunks.every((chunk) => take(chunk.length));
      return Promise.resolve(taken ? Buffer.concat(chunks) : new Uint8Array(0));
    },
    discardBody: () => {},
  };
}

export const post = (
  body: string | Uint8Array | readonly Uint8Array[],
  headers: Readonly<Record<string, string>> = {},
  path = "/",
): HttpRequest => request("POST", path, body, headers);
