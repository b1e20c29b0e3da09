import { HttpMessages, isBroken, type MessageHead } from "./http_messages.ts";
import type { MomentListener } from "./moments.ts";
import type { Kept } from "./object_store.ts";
import type { Fault } from "./s3_fault.ts";
import { servePut } from "./s3_put.ts";

/** Whether a server can be reached: it may accept connections and close them, or not listen. */
export type Reach = "open" | "closing" | "refusing";

/** What a server asks of whoever runs it. Paths have the bucket in front, keys do not. */
export interface S3Handlers {
  /** What to do with the PUT of an object. */
  readonly faultOf: (key: string) => Fault;
  readonly store: (key: string, body: Uint8Array) => Kept;
  readonly happened: MomentListener;
  /** Counts what became of a request. */
  readonly count: (outcome: string) => void;
  /** Something that must not be. */
  readonly violation: (what: string) => void;
}

export const BUCKET = "bucket";

/** An S3 server that knows PutObject, and goes wrong as told. */
export class S3Server {
  readonly port: number;
  readonly #handlers: S3Handlers;
  readonly #open = new Map<Deno.Conn, Promise<void>>();
  readonly #stopping = new AbortController();
  #listener: Deno.TcpListener | undefined;
  #reach: Reach = "open";

  constructor(handlers: S3Handlers) {
    this.#handlers = handlers;
    this.#listener = listenSomewhere();
    this.port = this.#listener.addr.port;
    this.#accept(this.#listener);
  }

  /** What an agent needs to know to write to it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ACCESSKEYID: "key",
      AWS_SECRETACCESSKEY: "secret",
      AWS_SECURITYLAKE_BUCKET: BUCKET,
      AWS_SECURITYLAKE_PREFIX: "ext/falco",
      AWS_SECURITYLAKE_REGION: "eu-west-1",
      AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
      AWS_SECURITYLAKE_ENDPOINT: `http://127.0.0.1:${this.port}`,
      AWS_SECURITYLAKE_FORCEPATHSTYLE: "true",
    };
  }

  get reach(): Reach {
    return this.#reach;
  }

  /** From open to anything else it also breaks the connections that it has. */
  set reach(reach: Reach) {
    this.#reach = reach;
    if (reach !== "open") { for (const connection of this.#open.keys()) close(connection); }
    if (reach === "refusing") {
      this.#listener?.close();
      this.#listener = undefined;
    } else if (!this.#listener) {
      this.#listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
      this.#accept(this.#listener);
    }
  }

  /** Resolves when the connections that are open now have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#open.values());
  }

  async stop(): Promise<void> {
    this.reach = "refusing";
    this.#stopping.abort();
    await this.settled();
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const connection of listener) {
      if (this.#reach === "closing") {
        this.#handlers.count("closed at once");
        connection.close();
        continue;
      }
      const served = this.#serve(connection).finally(() => {
        close(connection);
        this.#open.delete(connection);
      });
      this.#open.set(connection, served);
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const messages = new HttpMessages(connection);
    try {
      for (;;) {
        const head = await messages.head();
        if (!head || !await this.#put(connection, messages, head)) return;
      }
    } catch (error) {
      if (!isBroken(error)) throw error;
      this.#handlers.count("the connection was gone");
    }
  }

  /** @returns whether the connection is still good */
  #put(connection: Deno.Conn, messages: HttpMessages, head: MessageHead): Promise<boolean> {
    const { happened, faultOf, store, count, violation } = this.#handlers;
    const [method, target = ""] = head.startLine.split(" ");
    const path = decodeURIComponent(new URL(target, "http://s3").pathname);
    happened("put head", path);
    if (method !== "PUT" || !path.startsWith(`/${BUCKET}/`)) {
      violation(`an unexpected request: ${head.startLine}`);
      return Promise.resolve(false);
    }
    const key = path.slice(BUCKET.length + 2);
    return servePut({ path, head, messages, connection }, faultOf(key), {
      ...{ happened, count, violation, signal: this.#stopping.signal },
      store: (body) => store(key, body),
    });
  }
}

/**
 * Below the ports that the system gives out by itself: while the server is away, nobody else must
 * get its port.
 */
function listenSomewhere(): Deno.TcpListener {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      return Deno.listen({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** Deno's `close` leaves a connection open for as long as a read waits; the client ends that. */
function close(connection: Deno.Conn): void {
  connection.closeWrite().catch((error) => {
    if (!isGone(error)) throw error;
  });
  try {
    connection.close();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Whether the other side has ended a connection before, or we have. */
const isGone = (error: unknown): boolean =>
  isBroken(error) || error instanceof Deno.errors.NotConnected;
