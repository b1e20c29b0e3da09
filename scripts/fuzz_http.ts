/**
 * `scripts/fuzz_http.ts [--requests N] [--connections N] [--seed N]`: sends an agent requests drawn
 * from a grammar, most of them good, many wrong, over connections that come and go, then compares
 * what the answers promised with what the lake holds. Exit code 1, and everything left in place,
 * when anything is lost, doubled or invented, answered wrongly or logged that must not be.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemProcess } from "../src/platform/process.ts";
import {
  type FuzzedRequest,
  HttpGrammar,
  MAX_BODY,
  MAX_DECOMPRESSED,
} from "../tests/support/http_grammar.ts";
import { type RawAnswer, RawHttp } from "../tests/support/raw_http.ts";
import { spawnAgent, type SpawnedAgent } from "./spawn_agent.ts";
import { Comparison } from "./torture/comparison.ts";
import { eventId } from "./torture/event_text.ts";
import { Ledger } from "./torture/ledger.ts";
import { readRawData } from "./torture/raw_data.ts";
import { seeded } from "./torture/seeded.ts";
import { folderLake } from "./torture/torture_lake.ts";

export interface FuzzOptions {
  readonly requests: number;
  readonly connections: number;
  readonly seed: number;
  /** Gets the buffer and the lake. */
  readonly directory: string;
  readonly binary: string | undefined;
  readonly report: (line: string) => void;
}

export interface FuzzResult {
  /** Answers by status; "none" where the connection ended first, as it may. */
  readonly answers: ReadonlyMap<string, number>;
  /** Events that got a 200. */
  readonly answered: number;
  readonly rows: number;
  /** Bytes of the agent's memory after each twentieth of the requests. */
  readonly memory: readonly number[];
  readonly violations: readonly string[];
}

/** Of one connection. */
const MOST_GROUPS = 8;
/** Sent in one piece, one behind the other. */
const MOST_PIPELINED = 8;
/** More would say nothing more. */
const MOST_VIOLATIONS = 50;

/** What an agent may log: its work, and what clients do wrong. */
const EXPECTED_LINES = [
  /^\S+ \S+ \[(INFO|DEBUG)\]/,
  /\[WARN\] +: Receiver - request refused with (400|408|413|431): /,
  /\[WARN\] +: (More|\d+ more) requests (refused|that are no HTTP) in/,
];

export async function fuzzHttp(options: FuzzOptions): Promise<FuzzResult> {
  const { directory, binary, seed, report } = options;
  const violations: string[] = [];
  const lake = folderLake(`${directory}/lake`);
  const agent = await spawnAgent({
    binary,
    cwd: directory,
    environment: {
      ...lake.environment,
      LISTENADDRESS: "127.0.0.1",
      LISTENPORT: "0",
      BUFFER_DIRECTORY: `${directory}/buffer`,
      BUFFER_MAXSIZE: "8GiB", // nothing may be dropped
      RECEIVER_MAXBODYSIZE: String(MAX_BODY),
      RECEIVER_MAXDECOMPRESSEDSIZE: String(MAX_DECOMPRESSED),
      AWS_SECURITYLAKE_INTERVAL: "5s",
      AWS_SECURITYLAKE_BATCHSIZE: "20000",
    },
  });
  try {
    const fuzz = new Fuzz(options, agent, violations);
    await fuzz.run();
    if (await agent.stop() !== 0) violations.push("the agent did not stop with 0");
    for (const line of agent.log().trimEnd().split("\n")) {
      if (!EXPECTED_LINES.some((it) => it.test(line))) violations.push(`logged: ${line}`);
    }
    const comparison = new Comparison(seed, fuzz.ledger);
    let [rows, mutants] = [0, 0];
    for await (const [, bytes] of lake.objects()) {
      for (const text of await readRawData(bytes)) {
        rows++;
        const id = typeof text === "string" ? eventId(text) : undefined;
        if (id === undefined) mutants++;
        else comparison.add(text);
        if (id !== undefined && fuzz.hidden.has(id)) violations.push(`smuggled: event ${id}`);
      }
    }
    const { lost, doubled, invented, unanswered } = comparison.finish();
    for (const id of lost) violations.push(`lost: event ${id}`);
    for (const id of doubled) violations.push(`doubled: event ${id}`);
    for (const text of invented) violations.push(`invented: ${text}`);
    if (mutants < fuzz.mutants) violations.push(`${fuzz.mutants} mutants, ${mutants} in the lake`);
    report(`${rows} rows, ${unanswered} of them unanswered, ${mutants} mutants`);
    const { answers, memory, ledger } = fuzz;
    return { answers, answered: ledger.answered, rows, memory, violations };
  } finally {
    await agent.kill();
  }
}

class Fuzz {
  readonly ledger = new Ledger();
  readonly answers = new Map<string, number>();
  readonly memory: number[] = [];
  /** Events that must not be in the lake. */
  readonly hidden = new Set<number>();
  /** Mutants that got a 200. */
  mutants = 0;
  readonly #options: FuzzOptions;
  readonly #agent: SpawnedAgent;
  readonly #violations: string[];
  #sent = 0;
  #sessions = 0;

  constructor(options: FuzzOptions, agent: SpawnedAgent, violations: string[]) {
    this.#options = options;
    this.#agent = agent;
    this.#violations = violations;
  }

  async run(): Promise<void> {
    const { connections, requests, seed, report } = this.#options;
    const began = performance.now();
    const lane = async () => {
      while (this.#sent < requests && this.#violations.length < MOST_VIOLATIONS) {
        await this.#session(seeded(seed + Math.imul(++this.#sessions, 0x9e3779b1)));
        if (this.#sent < requests * (this.memory.length + 1) / 20) continue;
        const at = this.memory.push(0) - 1;
        const bytes = this.memory[at] = await this.#residentBytes();
        const rate = this.#sent / (performance.now() - began) * 1000;
        const mib = (bytes / 2 ** 20).toFixed(0);
        report(`${this.#sent} requests, ${rate.toFixed(0)}/s, ${mib} MiB`);
      }
    };
    await Promise.all(Array.from({ length: connections }, lane));
  }

  /** A connection, from its beginning to its end. */
  async #session(random: () => number): Promise<void> {
    const grammar = new HttpGrammar(this.#options.seed, random, this.ledger);
    using connection = await RawHttp.connect(this.#agent.port);
    for (let groups = 1 + Math.floor(random() * MOST_GROUPS); groups > 0; groups--) {
      const group: FuzzedRequest[] = [];
      for (let left = 1 + Math.floor(random() ** 2 * MOST_PIPELINED); left > 0; left--) {
        group.push(random() < 0.02 ? grammar.broken() : grammar.framed());
        if (group.at(-1)!.last) break;
      }
      this.#sent += group.length;
      for (const { hidden } of group) for (const id of hidden) this.hidden.add(id);
      await connection.send(...group.map(({ bytes }) => bytes));
      if (random() < 0.02) return; // gone before the answers
      for (const request of group) {
        const answer = await finalAnswer(connection, request);
        if (!this.#judge(request, answer)) return;
        if (!request.last) continue;
        for (const { status } of await connection.rest()) this.#wrong(request, `also ${status}`);
        return;
      }
    }
  }

  /** @returns whether the connection can have more answers */
  #judge(
    { statuses, ids, mutant, ...request }: FuzzedRequest,
    answer: RawAnswer | undefined,
  ): boolean {
    const status = answer?.status;
    const known = status !== undefined && statuses.includes(status);
    const kind = `${status ?? "none"}`;
    this.answers.set(kind, (this.answers.get(kind) ?? 0) + 1);
    if (known) {
      for (const id of ids) this.ledger.answer(id);
      if (mutant && status === 200) this.mutants++;
      return true;
    }
    if (status === 503) return true;
    const isCut = request.last && request.hidden.length > 0;
    if (status === undefined ? !isCut : true) {
      this.#wrong({ ...request, statuses }, `answered ${status}: ${answer?.body}`);
    }
    return false;
  }

  #wrong({ bytes, statuses }: Pick<FuzzedRequest, "bytes" | "statuses">, what: string): void {
    const text = JSON.stringify(latin1.decode(bytes.subarray(0, 2000)));
    this.#violations.push(`expected ${statuses}, ${what}, to ${text}`);
  }

  async #residentBytes(): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.#agent.port}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (.*)$/m.exec(text)?.[1]);
  }
}

const latin1 = new TextDecoder("latin1");

/** Without 1xx. A request that is cut off gets none. */
async function finalAnswer(
  connection: RawHttp,
  { toHead, statuses }: FuzzedRequest,
): Promise<RawAnswer | undefined> {
  if (statuses.length === 0) return undefined;
  for (;;) {
    const answer = await connection.answer(toHead);
    if (!answer || answer.status >= 200) return answer;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      requests: { type: "string", default: "1000000" },
      connections: { type: "string", default: "64" },
      seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
    },
  });
  const [requests, connections, seed] = [values.requests, values.connections, values.seed]
    .map(Number) as [number, number, number];
  if (![requests, connections, seed].every(Number.isSafeInteger)) {
    systemProcess.err("Usage: [--requests N] [--connections N] [--seed N]\n");
    Deno.exit(2);
  }
  const parent = fileURLToPath(import.meta.resolve("../.cache/fuzz_http"));
  Deno.mkdirSync(parent, { recursive: true });
  const directory = Deno.makeTempDirSync({ dir: parent });
  const print = (text: string) => systemProcess.out(`${text}\n`);
  print(`Seed ${seed}: ${requests} requests over ${connections} connections`);
  const binary = systemProcess.env("FALCO_LAKE_BIN");
  const result = await fuzzHttp({ requests, connections, seed, directory, binary, report: print });
  for (const violation of result.violations) print(`WRONG: ${violation}`);
  const answers = [...result.answers].map(([kind, count]) => `${kind}: ${count}`).join(", ");
  print(`Seed ${seed}: answers ${answers}; ${result.answered} events answered 200`);
  if (result.violations.length > 0) print(`All of it is in ${directory}`);
  else Deno.removeSync(directory, { recursive: true });
  Deno.exit(result.violations.length === 0 ? 0 : 1);
}
