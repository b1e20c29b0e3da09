import assert from "node:assert/strict";
import { assertExactlyOnce } from "../support/exactly_once.ts";
import { fakeS3 } from "../support/fake_s3.ts";
import { dayOf, FaultyS3, rangeOf } from "../support/faulty_s3.ts";
import { makeAuthority, NO_OPENSSL } from "../support/authority.ts";
import { makeEvent } from "../support/make_event.ts";
import { post, sandbox, until } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { UPLOAD_CAUSES, type UploadCause } from "../support/upload_causes.ts";
import { serverFault, UPLOAD_FAULTS, type UploadFault } from "../support/upload_moments.ts";
import type { SpawnedAgent } from "../../scripts/spawn_agent.ts";

/*
 * For each fault of the table a batch with objects of two days meets it once at its first object,
 * then twice at its second. Then the store is good again. One agent goes through all of it: what a
 * fault leaves behind would be seen in what follows.
 */

const DAYS = ["20261120", "20261121"] as const;

testUnless(
  NO_OPENSSL,
  "Whatever goes wrong with an upload, and whenever, is named, counted and repeated, and every event is in the lake once",
  async () => {
    await using box = sandbox();
    await using s3 = new FaultyS3();
    const authority = await makeAuthority(box.directory, "nobody");
    await using untrusted = fakeS3(() => 200, authority);
    const bench = await Bench.open(box, s3, untrusted.endpoint);
    for (const fault of UPLOAD_FAULTS) await bench.meet(fault);
    assert.equal(await bench.agent.stop(), 0, bench.agent.log());
    assert.deepEqual(s3.violations, []);
    assert.equal(untrusted.puts.length, 0);
    await assertExactlyOnce(s3, bench.answered);
  },
);

/** An agent, its store, and what it was sent. */
class Bench {
  readonly agent: SpawnedAgent;
  readonly answered: string[] = [];
  readonly #s3: FaultyS3;
  readonly #reload: (endpoint: string) => Promise<void>;
  readonly #endpoints: Readonly<Record<string, string>>;

  private constructor(
    agent: SpawnedAgent,
    s3: FaultyS3,
    reload: (endpoint: string) => Promise<void>,
    endpoints: Readonly<Record<string, string>>,
  ) {
    this.agent = agent;
    this.#s3 = s3;
    this.#reload = reload;
    this.#endpoints = endpoints;
  }

  static async open(
    box: ReturnType<typeof sandbox>,
    s3: FaultyS3,
    untrusted: string,
  ): Promise<Bench> {
    const { AWS_SECURITYLAKE_ENDPOINT: good, ...environment } = s3.environment;
    const file = `${box.directory}/config.yaml`;
    const write = (endpoint: string) =>
      Deno.writeTextFileSync(file, `aws: {securitylake: {endpoint: "${endpoint}"}}\n`);
    write(good!);
    const agent = await box.start({
      environment: { ...box.environment, ...environment },
      args: ["run", "-c", file],
    });
    let reloads = 0;
    const reload = async (endpoint: string) => {
      write(endpoint);
      agent.signal("SIGHUP");
      reloads++;
      const done = /SIGHUP - the configuration is in force/g;
      await until(() => (agent.log().match(done) ?? []).length === reloads, agent.log);
    };
    const endpoints = {
      "good": good!,
      // RFC 6761, 6.4: names in there never resolve.
      "unknown name": "http://s3.invalid",
      "untrusted authority": untrusted,
    };
    return new Bench(agent, s3, reload, endpoints);
  }

  async meet(fault: UploadFault): Promise<void> {
    const { cause, moment, seen } = fault;
    const puts = this.#s3.puts.length;
    const logged = this.agent.log().length;
    const explain = () => `${cause.name}, ${moment}\n${this.agent.log().slice(logged)}`;
    const retries = await this.#retries(seen);
    await this.#post("2026-11-20", "2026-11-21", "2026-11-20", "2026-11-21");

    await this.#begin(fault);
    await this.#failAt(DAYS[0], 1, fault, explain);
    // Must not change the batch that is under way.
    await this.#post("2026-11-21");
    await this.#failAt(DAYS[1], 2, fault, explain);
    assertNamed(this.agent.log().slice(logged), seen, explain);
    assert.ok(await this.#retries(seen) >= retries + 3, explain());

    await this.#end(fault);
    await this.#flushUntil(({ buffer }) => buffer.events === 0, explain);
    assert.equal((await this.#status()).uploads.failures, null, explain());
    assert.match(this.agent.log().slice(logged), /AWS SecurityLake - uploads work again/);
    const keys = [...new Set(this.#s3.puts.slice(puts))];
    assert.deepEqual(keys.map(dayOf), [...DAYS, DAYS[1]], explain());
    assert.equal(rangeOf(keys[0]!), rangeOf(keys[1]!), explain());
  }

  /** Posts an event of each of these days. */
  async #post(...days: readonly string[]): Promise<void> {
    const events = days.map((day, at) => makeEvent(this.answered.length + at, `${day}T12:00:00Z`));
    assert.equal(await post(this.agent, events.join("\n")), 200);
    this.answered.push(...events);
  }

  async #begin({ cause: { how } }: UploadFault): Promise<void> {
    if (how.kind === "endpoint") await this.#reload(this.#endpoints[how.endpoint]!);
    if (how.kind === "away") this.#s3.server.reach = how.reach;
  }

  async #end({ cause: { how } }: UploadFault): Promise<void> {
    if (how.kind === "endpoint") await this.#reload(this.#endpoints["good"]!);
    this.#s3.server.reach = "open";
    this.#s3.faultOf = () => undefined;
  }

  /**
   * Lets uploads fail as often as that at the object of a day; those of other days succeed, unless
   * the server cannot be reached at all.
   */
  async #failAt(
    day: string,
    times: number,
    fault: UploadFault,
    explain: () => string,
  ): Promise<void> {
    const met = serverFault(fault);
    const isFirst = day === DAYS[0];
    const before = isFirst ? 0 : (await this.#status()).uploads.failures!.attempts;
    this.#s3.faultOf = (key) => dayOf(key) === day ? met : undefined;
    for (let failures = before; failures < before + times;) {
      await this.#flushUntil(({ uploads }) => {
        const { attempts = 0 } = uploads.failures ?? {};
        if (attempts <= failures) return false;
        failures = attempts;
        return true;
      }, explain);
    }
    const { uploads, buffer } = await this.#status();
    assert.match(uploads.failures!.lastError, fault.seen.text, explain());
    if (fault.seen.hint) assert.match(uploads.failures!.lastError, fault.seen.hint, explain());
    assert.equal(buffer.events, isFirst ? 4 : 5, explain());
  }

  /** Flushes, and cuts each pause short, until the status is as wanted. */
  async #flushUntil(isWanted: (status: Status) => boolean, explain: () => string): Promise<void> {
    await until(async () => {
      this.agent.signal("SIGUSR2");
      return isWanted(await this.#status());
    }, explain);
  }

  async #status(): Promise<Status> {
    return await (await fetch(`http://127.0.0.1:${this.agent.port}/status`)).json();
  }

  /** How many failures of the class of a cause were counted. */
  async #retries(cause: UploadCause): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.agent.port}/metrics`)).text();
    const pattern = `^falco_lake_upload_retries_total\\{class="${cause.class}"\\} (\\d+)$`;
    const [, count] = new RegExp(pattern, "m").exec(text) ?? [];
    assert.ok(count !== undefined, `no ${pattern} in\n${text}`);
    return Number(count);
  }
}

/** One line for what stays the same; a connection that is cut may look one way or another. */
function assertNamed(log: string, { text, hint }: UploadCause, explain: () => string): void {
  const lines = log.split("\n").filter((line) => line.includes("[ERROR]"));
  const causes = lines.map((line) => {
    const [, cause, events] = FAILED.exec(line) ?? [];
    assert.ok(cause !== undefined && /^[45]$/.test(events!), explain());
    assert.match(cause, text, explain());
    if (hint) assert.match(cause, hint, explain());
    return cause;
  });
  assert.match(lines[0]!, / attempt 1\); 4 events /, explain());
  assert.equal(new Set(causes).size, causes.length, explain());
}

const FAILED = new RegExp(
  /\[ERROR\] : AWS SecurityLake - (.*) \(s3:\/\/bucket, attempt \d+\); /.source +
    /(\d+) events wait on disk, next attempt in \d+ s$/.source,
);

/** What matters here of /status. */
interface Status {
  readonly buffer: { readonly events: number };
  readonly uploads: {
    readonly failures: { readonly attempts: number; readonly lastError: string } | null;
  };
}

Deno.test("The table of faults has every cause at every moment at which it can be", () => {
  assert.ok(UPLOAD_FAULTS.length > 3 * UPLOAD_CAUSES.length);
  for (const cause of UPLOAD_CAUSES) {
    assert.ok(UPLOAD_FAULTS.some((fault) => fault.cause === cause), cause.name);
  }
});
