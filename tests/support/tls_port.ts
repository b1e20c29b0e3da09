import { type Clock, systemClock } from "../../src/platform/clock.ts";
import type { Handler } from "../../src/receiver/http.ts";
import { serve, type Server, type Timeouts } from "../../src/receiver/server.ts";
import { TlsContext } from "../../src/receiver/tls_context.ts";
import { type CapturedLog, captureLog } from "./capture_log.ts";
import type { Issued } from "./certificates.ts";
import { bytesOf } from "./open_buffer.ts";

/** Where `TlsFolder` has its files. */
export const PATHS = { certfile: "/tls/tls.crt", keyfile: "/tls/tls.key" };
export const MUTUAL_PATHS = { ...PATHS, cacertfile: "/tls/ca.crt" };

/** The files of a TLS port, in memory. */
export class TlsFolder {
  /** A missing one is missing on the disk, too; an error is what reading it throws. */
  readonly files: Record<string, string | Uint8Array | Error | undefined> = {};
  /** How often any was read. */
  reads = 0;

  constructor({ cert, key }: Pick<Issued, "cert" | "key">, ca?: string) {
    this.put({ cert, key }, ca);
  }

  put({ cert, key }: Pick<Issued, "cert" | "key">, ca?: string): void {
    this.files[MUTUAL_PATHS.certfile] = cert;
    this.files[MUTUAL_PATHS.keyfile] = key;
    this.files[MUTUAL_PATHS.cacertfile] = ca;
  }

  readonly readFile = (path: string): Promise<Uint8Array> => {
    this.reads++;
    const file = this.files[path];
    if (file === undefined) return Promise.reject(Object.assign(new Error(), { code: "ENOENT" }));
    if (file instanceof Error) return Promise.reject(file);
    return Promise.resolve(typeof file === "string" ? bytesOf(file) : file);
  };
}

/** Answers with the length of the body. */
export const lengthOf: Handler = async (request) => {
  const body = await request.readBody(() => true);
  return { status: 200, headers: {}, body: String(body.length) };
};

export interface TlsPort extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
  readonly tls: TlsContext;
  readonly log: CapturedLog;
  /** Requests that reached the handler. */
  readonly requests: () => number;
}

export interface TlsPortOptions {
  readonly clock?: Clock;
  readonly handler?: Handler;
  readonly timeouts?: Timeouts;
}

/** A server on a free port with the files of a folder; mutual TLS when it has a CA. */
export async function openTlsPort(
  folder: TlsFolder,
  { clock = systemClock, handler = lengthOf, timeouts }: TlsPortOptions = {},
): Promise<TlsPort> {
  const log = captureLog();
  const paths = folder.files[MUTUAL_PATHS.cacertfile] === undefined ? PATHS : MUTUAL_PATHS;
  const tls = await TlsContext.open(paths, { readFile: folder.readFile, clock, log });
  let requests = 0;
  const counting: Handler = (request) => {
    requests++;
    return handler(request);
  };
  const server = await serve(
    counting,
    { hostname: "127.0.0.1", port: 0, tls },
    { log, clock },
    timeouts,
  );
  return {
    port: server.port,
    server,
    tls,
    log,
    requests: () => requests,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
