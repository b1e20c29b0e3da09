import type { Moment } from "../../scripts/torture/moments.ts";
import type { Kept } from "../../scripts/torture/object_store.ts";
import { type Fault, STORED } from "../../scripts/torture/s3_fault.ts";
import { S3Server } from "../../scripts/torture/s3_server.ts";
import type { TestLake } from "./test_lake.ts";

/**
 * An S3 server that does with each PUT what a test says. It keeps whole objects in memory, and
 * watches that a key never gets other bytes than it had.
 */
export class FaultyS3 implements TestLake {
  /** What to do with the PUT of an object; undefined for nothing but storing it. */
  faultOf: (key: string) => Fault | undefined = () => undefined;
  /** Told each moment of each PUT before it goes on. */
  listener: (moment: Moment, key: string) => void = () => {};
  /** The key of every PUT that came, whatever became of it. */
  readonly puts: string[] = [];
  /** What must not be. */
  readonly violations: string[] = [];
  readonly server: S3Server;
  readonly #objects = new Map<string, Uint8Array>();

  constructor() {
    this.server = new S3Server({
      faultOf: (key) => this.faultOf(key) ?? STORED,
      store: (key, body) => this.#store(key, body),
      happened: (moment, path = "") => {
        const key = path.split("/").slice(2).join("/");
        if (moment === "put head") this.puts.push(key);
        this.listener(moment, key);
      },
      count: () => {},
      violation: (what) => this.violations.push(what),
    });
  }

  get environment(): Readonly<Record<string, string>> {
    return this.server.environment;
  }

  objects(): Promise<Map<string, Uint8Array>> {
    return Promise.resolve(new Map(this.#objects));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.stop();
  }

  #store(key: string, body: Uint8Array): Kept {
    const before = this.#objects.get(key);
    this.#objects.set(key, body);
    if (!before) return "new";
    const isSame = before.length === body.length && before.every((byte, at) => byte === body[at]);
    return isSame ? "the same again" : "different";
  }
}

/** The day of an object's partition, such as "20261121". */
export const dayOf = (key: string): string | undefined => /\/eventDay=(\d{8})\//.exec(key)?.[1];

/** The log and the sequences in an object's name. */
export const rangeOf = (key: string): string | undefined =>
  /\/([0-9a-f]{32}-\d+-\d+)\.parquet$/.exec(key)?.[1];
