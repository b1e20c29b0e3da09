import type { Clock } from "../platform/clock.ts";
import type { Log } from "../telemetry/log.ts";
import { type ReadFile, TlsFiles, type TlsPaths } from "./tls_files.ts";
import type { TlsKeys } from "./tls_keys.ts";

/** Milliseconds between two looks at the files. */
const INTERVAL = 10_000;

export interface TlsDependencies {
  readonly readFile: ReadFile;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when the certificate in force expires (ms since 1970): at the start, at each change. */
  readonly onExpiry?: (notAfter: number) => void;
}

/** What became of a look at the files: new keys, the same, or the old ones because of a fault. */
export type Reload = "new" | "same" | "faulty";

/** What is wrong with the files of a TLS port. */
export class TlsFilesError extends Error {
  /** Each a line with its key and path. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.problems = problems;
  }
}

/**
 * The keys of a TLS port, and how they come to be others while it runs: the files are looked at
 * every ten seconds and when asked. Contents are compared, not times: Kubernetes swaps a symbolic
 * link. What has a fault, such as a pair of which one half is written yet, leaves the old keys in
 * force and is read again at the next look.
 *
 * falcosidekick reads its files once and must be restarted.
 */
export class TlsContext {
  readonly clock: Clock;
  readonly #readFile: ReadFile;
  readonly #log: Log;
  readonly #onExpiry: ((notAfter: number) => void) | undefined;
  readonly #stopping = new AbortController();
  #paths: TlsPaths;
  #keys: TlsKeys;
  #apply: (keys: TlsKeys) => void = () => {};
  /** The fault that was logged last, not to log it at each look. */
  #fault: string | undefined;
  /** One look at a time: the last one asked for. */
  #looking: Promise<unknown> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();

  /** @throws {TlsFilesError} when a file is missing or of no use */
  static async open(paths: TlsPaths, dependencies: TlsDependencies): Promise<TlsContext> {
    const { readFile, clock } = dependencies;
    const reading = await new TlsFiles(paths, readFile, clock).read();
    if (reading.kind === "faulty") throw new TlsFilesError(reading.problems);
    return new TlsContext(paths, reading.keys, dependencies);
  }

  private constructor(
    paths: TlsPaths,
    keys: TlsKeys,
    { readFile, clock, log, onExpiry }: TlsDependencies,
  ) {
    this.clock = clock;
    this.#paths = paths;
    this.#keys = keys;
    this.#readFile = readFile;
    this.#log = log;
    this.#onExpiry = onExpiry;
    this.#announce("uses");
  }

  /** Those in force. */
  get keys(): TlsKeys {
    return this.#keys;
  }

  /**
   * Begins to look at the files; `stop` ends it.
   *
   * @param apply puts new keys in force for connections to come
   */
  start(apply: (keys: TlsKeys) => void): void {
    this.#apply = apply;
    this.#watching = this.#watch();
  }

  /** Resolves when no look is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    await this.#looking;
  }

  /**
   * Looks at the files now. A fault is logged even when it was before: somebody has asked.
   *
   * @param paths other files, which are those to look at from now on, unless they are faulty
   */
  reload(paths?: TlsPaths): Promise<Reload> {
    this.#fault = undefined;
    return this.#look(paths);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await this.clock.sleep(INTERVAL, signal);
      if (signal.aborted) return;
      await this.#look();
    }
  }

  #look(paths?: TlsPaths): Promise<Reload> {
    const look = this.#looking.then(async () => {
      const asked = paths ?? this.#paths;
      try {
        return await this.#read(asked);
      } catch (error) {
        // Whatever else the runtime cannot do with them must not end the watch, or the agent.
        return this.#keep(`tlsserver.certfile: ${asked.certfile}: ${(error as Error).message}`);
      }
    });
    this.#looking = look;
    return look;
  }

  async #read(paths: TlsPaths): Promise<Reload> {
    const reading = await new TlsFiles(paths, this.#readFile, this.clock).read();
    if (reading.kind === "faulty") return this.#keep(reading.problems.join("; "));
    const { keys } = reading;
    // The runtime decides when the port opens whether clients are asked for certificates.
    if ((keys.clientCas === undefined) !== (this.#keys.clientCas === undefined)) {
      return this.#keep("tlsserver.mutualtls cannot change while falco-lake runs; restart it");
    }
    const isNew = keys.digest !== this.#keys.digest;
    if (isNew) {
      this.#apply(keys);
      this.#keys = keys;
      this.#announce("now uses");
    } else if (this.#fault !== undefined) {
      this.#log.info("Receiver - the TLS files are as before again");
    }
    this.#paths = paths;
    this.#fault = undefined;
    return isNew ? "new" : "same";
  }

  #keep(fault: string): Reload {
    if (fault !== this.#fault) {
      this.#log.error(
        "Receiver - the TLS files cannot be used, so the certificate before stays in force: " +
          fault,
      );
    }
    this.#fault = fault;
    return "faulty";
  }

  #announce(verb: string): void {
    const { description, warnings, notAfter } = this.#keys;
    this.#log.info(`Receiver - TLS ${verb} the certificate ${description}`);
    for (const warning of warnings) this.#log.warn(warning);
    this.#onExpiry?.(notAfter);
  }
}
