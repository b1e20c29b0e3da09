import { HttpMessages, isBroken, type MessageHead } from "./http_messages.ts";
import { ObjectStore } from "./object_store.ts";
import { drawFault, drawWeather, type Weather } from "./s3_fault.ts";
import { servePut } from "./s3_put.ts";
import { seeded } from "./seeded.ts";
import { Tally } from "./tally.ts";
import { type Chaos, objectsIn, type TortureLake } from "./torture_lake.ts";

const BUCKET = "bucket";

/**
 * An S3 server that knows PutObject and little luck. It keeps a whole object with the right
 * checksum or nothing, and watches that a key never gets other bytes than it had.
 *
 * @param directory where it keeps the objects
 */
export function chaoticS3(
  seed: number,
  directory: string,
): TortureLake & { readonly chaos: Chaos } & AsyncDisposable {
  const chaos = new ChaoticS3(seed, directory);
  return {
    environment: {
      AWS_ACCESSKEYID: "key",
      AWS_SECRETACCESSKEY: "secret",
      AWS_SECURITYLAKE_BUCKET: BUCKET,
      AWS_SECURITYLAKE_PREFIX: "ext/falco",
      AWS_SECURITYLAKE_REGION: "eu-west-1",
      AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
      AWS_SECURITYLAKE_ENDPOINT: `http://127.0.0.1:${chaos.port}`,
      AWS_SECURITYLAKE_FORCEPATHSTYLE: "true",
    },
    chaos,
    objects: () => objectsIn(directory),
    [Symbol.asyncDispose]: () => chaos.stop(),
  };
}

class ChaoticS3 implements Chaos {
  listener: Chaos["listener"] = () => {};
  readonly outcomes = new Tally();
  readonly weathers = new Tally();
  readonly violations: string[] = [];
  readonly port: number;
  readonly #random: () => number;
  readonly #objects: ObjectStore;
  readonly #open = new Map<Deno.TcpConn, Promise<void>>();
  readonly #stopping = new AbortController();
  #server: Deno.TcpListener | undefined;
  #weather: Weather = "fair";
  #rounds = 0;

  constructor(seed: number, directory: string) {
    this.#random = seeded(seed ^ 0x53335333);
    this.#objects = new ObjectStore(directory);
    this.#server = listenSomewhere();
    this.port = this.#server.addr.port;
    this.#accept(this.#server);
  }

  get isAway(): boolean {
    return this.#weather === "closing" || this.#weather === "refusing";
  }

  nextRound(): void {
    if (this.#rounds-- <= 0) {
      this.#rounds = Math.floor(this.#random() * 5);
      this.#change(drawWeather(this.#random));
    }
    this.weathers.add(this.#weather);
  }

  async calm(): Promise<void> {
    this.#change("fair");
    await Promise.all(this.#open.values());
  }

  async stop(): Promise<void> {
    this.#change("refusing");
    this.#stopping.abort();
    await Promise.all(this.#open.values());
  }

  #change(weather: Weather): void {
    this.#weather = weather;
    if (this.isAway) { for (const connection of this.#open.keys()) close(connection); }
    if (weather === "refusing") {
      this.#server?.close();
      this.#server = undefined;
    } else if (!this.#server) {
      this.#server = Deno.listen({ hostname: "127.0.0.1", port: this.port });
      this.#accept(this.#server);
    }
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const connection of listener) {
      if (this.#weather === "closing") {
        this.outcomes.add("closed at once");
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

  async #serve(connection: Deno.TcpConn): Promise<void> {
    const messages = new HttpMessages(connection);
    try {
      for (;;) {
        const head = await messages.head();
        if (!head || !await this.#put(connection, messages, head)) return;
      }
    } catch (error) {
      if (!isBroken(error)) throw error;
      this.outcomes.add("the connection was gone");
    }
  }

  /** @returns whether the connection is still good */
  #put(connection: Deno.TcpConn, messages: HttpMessages, head: MessageHead): Promise<boolean> {
    this.listener("put head");
    const [method, target = ""] = head.startLine.split(" ");
    const path = decodeURIComponent(new URL(target, "http://s3").pathname);
    if (method !== "PUT" || !path.startsWith(`/${BUCKET}/`)) {
      this.violations.push(`an unexpected request: ${head.startLine}`);
      return Promise.resolve(false);
    }
    const fault = drawFault(this.#weather, this.#random);
    return servePut({ path, head, messages, connection }, fault, {
      happened: (moment) => this.listener(moment),
      store: (body) => this.#objects.put(path.slice(BUCKET.length + 2), body),
      count: (outcome) => this.outcomes.add(outcome),
      violation: (what) => this.violations.push(what),
      signal: this.#stopping.signal,
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

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error; // it is closed already
  }
}
