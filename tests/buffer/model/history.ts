import assert from "node:assert/strict";
import type { AppendOutcome } from "../../../src/buffer/group_commit.ts";
import { Buffer } from "../../../src/buffer/buffer.ts";
import { readRecords } from "../../../src/buffer/reader.ts";
import { type CapturedLog, captureLog } from "../../support/capture_log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { MemoryDisk } from "../../support/memory_disk.ts";
import { bytesOf, DIRECTORY } from "../../support/open_buffer.ts";
import { seeded } from "../../support/seeded.ts";
import { harm } from "./harm.ts";
import { Ledger, segmentDigits, type Sent } from "./ledger.ts";
import { ModelLake } from "./model_lake.ts";
import { lossesIn } from "./reported_losses.ts";
import type { Setting, Step } from "./steps.ts";
import { settle, turns } from "./turns.ts";

type Of<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** Room for the reserve, the ring, and some more. */
const CAPACITY = 100_000;
/** Longer than the buffer waits before it looks at a disk again that has failed. */
const RECOVERY = 3000;

/** What a fault may make the buffer throw; anything else is a mistake. */
const EXPECTED = /\(os error \d+\)|somebody|have been damaged since the batch was leased/;

/**
 * One history of a buffer: a disk, its clients, its lake, and what happens to them. Between steps
 * whatever was not waited for stays under way, and goes on only as other steps let it.
 */
export class History {
  readonly #setting: Setting;
  readonly #random: () => number;
  readonly #ledger = new Ledger();
  readonly #lake = new ModelLake(this.#ledger);
  #disk = new MemoryDisk();
  #buffer!: Buffer;
  #clock = new ManualClock(Date.UTC(2026, 10, 21, 12));
  #log: CapturedLog = captureLog();
  /** Which opening of the buffer this is: what an earlier one still does concerns nobody. */
  #run = 0;
  /** Whether the buffer is this run's. */
  #isOpen = false;
  #logId = "";
  #isFolderTaken = false;
  /** Whether this run has to do with a lock that somebody deleted. */
  #isLockTaken = false;
  readonly #underWay = new Set<Promise<void>>();
  #shipping: Promise<void> | undefined;
  /** What went wrong where nobody waited. */
  #broken: unknown[] = [];
  #lastExpected: unknown;

  static async run(setting: Setting, steps: readonly Step[]): Promise<void> {
    const history = new History(setting);
    try {
      await history.#open();
      for (const step of steps) {
        await history.#apply(step);
        history.#check();
      }
      await history.#finish();
    } catch (error) {
      const lines = history.#log.lines.map((line) => `\n  ${line}`).join("");
      throw new Error(`${(error as Error).message}\nThe last run's log:${lines}`, { cause: error });
    }
  }

  private constructor(setting: Setting) {
    this.#setting = setting;
    this.#random = seeded(setting.seed);
    this.#disk.capacity = CAPACITY;
  }

  async #apply(step: Step): Promise<void> {
    switch (step.kind) {
      case "append":
        return await this.#append(step);
      case "turns":
        return await turns(step.count);
      case "ship":
        return await this.#ship(step);
      case "tick":
        this.#clock.jump(step.jump);
        return await this.#clock.advance(step.milliseconds, () => turns(20));
      case "restart":
        return await this.#restart();
      case "crash":
        return await this.#crash(step);
      case "heal":
        return this.#heal();
      case "takeFolder":
        this.#isFolderTaken = true;
        this.#isLockTaken = true;
        break;
      case "takeFile":
        this.#isLockTaken = true;
        break;
      case "moveFolder":
        // Without its lock the buffer cannot tell a folder that was moved from one that is gone.
        if (this.#isLockTaken) return;
    }
    harm(step, this.#disk, this.#ledger);
  }

  async #open(): Promise<void> {
    const { segmentSize, maxSize, whenFull, sync, slowness } = this.#setting;
    const run = ++this.#run;
    this.#isOpen = false;
    this.#isLockTaken = false;
    this.#disk.turns = () => Math.floor(this.#random() * (slowness + 1));
    this.#disk.wrote = (path, offset, bytes) => this.#ledger.wrote(path, offset, bytes);
    this.#clock = new ManualClock(this.#clock.now());
    this.#log = captureLog();
    const random = {
      bytes: (length: number) => Uint8Array.from({ length }, () => this.#random() * 256),
      fraction: this.#random,
    };
    const buffer = await Buffer.open(
      { directory: DIRECTORY, segmentSize, maxSize, whenFull, sync, owner: `run ${run}` },
      { disk: this.#disk, clock: this.#clock, random, log: this.#log },
    );
    if (run !== this.#run) return; // it was killed meanwhile
    this.#buffer = buffer;
    this.#isOpen = true;
    const { logId, acknowledged } = buffer.status;
    if (this.#logId !== logId) {
      assert.ok(!this.#logId || this.#isFolderTaken, `${this.#logId} became ${logId}`);
      this.#isFolderTaken = false;
      this.#logId = logId;
    }
    assert.ok(acknowledged >= this.#lake.acknowledgedOf(logId), "the cursor went back");
  }

  /** Opens the buffer; when faults keep it from that, once more without them. */
  async #reopen(): Promise<void> {
    try {
      await settle(this.#open(), "opening");
    } catch (error) {
      this.#expect(error);
      this.#noteLosses();
      this.#heal();
      await settle(this.#open(), "opening");
    }
  }

  async #append({ sizes, wait }: Of<"append">): Promise<void> {
    const run = this.#run;
    const sent = sizes.map((size) => this.#ledger.send(size, this.#clock.now()));
    const answered = this.#buffer.append(sent.map(({ text }) => bytesOf(text)));
    const done = this.#watch(answered.then((outcome) => {
      if (run === this.#run) this.#answered(sent, outcome);
    }));
    if (wait) await settle(done, "an append");
  }

  #answered(sent: readonly Sent[], outcome: AppendOutcome): void {
    if (outcome.kind !== "stored") return;
    for (const one of sent) {
      one.isStored = true;
      if (this.#setting.sync === "always" && !one.excuse) this.#mustBeDurable(one);
    }
  }

  #mustBeDurable(sent: Sent): void {
    const durable = this.#isDurable(sent);
    assert.ok(durable !== false, `${sent.text} is answered, but power loss would cost it`);
  }

  /** @returns undefined when its segment is not there any more */
  #isDurable(sent: Sent): boolean | undefined {
    const name = this.#disk.names(DIRECTORY).find((name) => segmentDigits(name) === sent.segment);
    return name ? this.#disk.durableBytes(`${DIRECTORY}/${name}`) >= sent.end : undefined;
  }

  async #ship(step: Of<"ship">): Promise<void> {
    // One at a time, as the shipper does it.
    if (!this.#shipping) {
      const shipping = this.#watch(this.#deliver(step)).then(() => {
        if (this.#shipping === shipping) this.#shipping = undefined;
      });
      this.#shipping = shipping;
    }
    if (step.wait) await settle(this.#shipping, "a delivery");
  }

  async #deliver({ events, until }: Pick<Of<"ship">, "events" | "until">): Promise<void> {
    const [run, buffer, disk, log] = [this.#run, this.#buffer, this.#disk, this.#logId];
    const isOver = () => run !== this.#run;
    try {
      this.#ledger.leasing();
      const batch = await buffer.lease({ events, bytes: 200 });
      if (isOver() || !batch) return;
      this.#lake.leased(log, batch, run);
      if (until === "leased") return;
      await turns(this.#random() * 10);
      if (isOver()) return;
      this.#lake.put(log, batch, readRecords(disk, batch.slices));
      if (until === "put") return;
      await turns(this.#random() * 10);
      if (isOver()) return;
      this.#lake.acknowledging(log);
      await buffer.acknowledge(batch);
      if (!isOver()) this.#lake.acknowledged(log, batch);
    } catch (error) {
      if (!isOver()) this.#expect(error);
    }
  }

  async #restart(): Promise<void> {
    if (this.#shipping) await settle(this.#shipping, "a delivery");
    await settle(this.#buffer.close(), "closing");
    this.#check();
    this.#noteLosses();
    this.#disk.putBack(DIRECTORY);
    await this.#reopen();
  }

  async #crash({ seed, again, fault }: Of<"crash">): Promise<void> {
    const random = seeded(seed);
    this.#losePower(random);
    for (const count of again) {
      const run = this.#run + 1;
      this.#watch(
        this.#open().catch((error) => {
          if (run === this.#run) this.#expect(error);
        }),
      );
      await turns(count);
      this.#check();
      this.#losePower(random);
    }
    if (fault) this.#disk.failNext(fault, new Error("Input/output error (os error 5)"));
    await this.#reopen();
  }

  #losePower(random: () => number): void {
    this.#noteLosses();
    this.#disk.putBack(DIRECTORY); // the next start mounts it again
    if (this.#setting.sync !== "always") this.#excuseUnsynced();
    this.#disk.wrote = () => {};
    this.#run++;
    this.#shipping = undefined;
    this.#underWay.clear();
    this.#ledger.healed();
    this.#disk = this.#disk.crash(random);
  }

  /** With another `sync` than `always`, power loss may cost what no batch holds yet. */
  #excuseUnsynced(): void {
    const leased = this.#lake.lastOf(this.#logId);
    for (const sent of this.#ledger.stored) {
      if (sent.log !== this.#logId || sent.sequence! <= leased) continue;
      if (this.#isDurable(sent) === false) this.#ledger.excuseOne(sent, "unsynced");
    }
  }

  #heal(): void {
    this.#disk.heal();
    this.#disk.putBack(DIRECTORY);
    this.#ledger.healed();
  }

  /** Everything is well again: the buffer must recover by itself, and all must arrive. */
  async #finish(): Promise<void> {
    this.#heal();
    for (const promise of [...this.#underWay]) await settle(promise, "what is under way");
    await this.#clock.advance(RECOVERY, () => turns(50));
    this.#check();
    await this.#tryAppend(/stored|full/);
    await this.#drain();
    await this.#tryAppend(/stored/);
    await this.#drain();
    this.#noteLosses();
    this.#ledger.checkSequences();
    const arrived = this.#lake.arrived();
    for (const sent of this.#ledger.stored) {
      if (arrived.has(sent)) continue;
      const { text, sequence, excuse } = sent;
      const isReported = this.#ledger.isReportedLost(sent);
      assert.ok(isReported || excuse, `${text} is lost, with sequence ${sequence}`);
      const isSaid = isReported || this.#ledger.isReportedCut(sent);
      assert.ok(isSaid || excuse !== "decayed", `nobody was told that ${text} is lost`);
    }
  }

  async #tryAppend(expected: RegExp): Promise<void> {
    const sent = this.#ledger.send(30, this.#clock.now());
    const outcome = await settle(this.#buffer.append([bytesOf(sent.text)]), "an append");
    assert.match(outcome.kind, expected, JSON.stringify(outcome));
    this.#answered([sent], outcome);
  }

  async #drain(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      await settle(this.#deliver({ events: 4, until: "acknowledged" }), "a delivery");
      this.#check();
      if (this.#buffer.status.events === 0 && !this.#buffer.status.begun) return;
    }
    const status = JSON.stringify(this.#buffer.status);
    assert.fail(`still undelivered: ${status}, the last error is ${this.#lastExpected}`);
  }

  /** Lets something go on by itself; what it throws fails the history. */
  #watch(promise: Promise<void>): Promise<void> {
    const watched = promise.catch((error) => {
      this.#broken.push(error);
    }).then(() => {
      this.#underWay.delete(watched);
    });
    this.#underWay.add(watched);
    return watched;
  }

  #check(): void {
    for (const error of this.#broken) throw error;
  }

  #expect(error: unknown): void {
    if (error instanceof assert.AssertionError || !EXPECTED.test(String(error))) throw error;
    this.#lastExpected = error;
  }

  /** What this run's log says is lost; the counters must say the same. */
  #noteLosses(): void {
    const { lost, cut, dropped } = lossesIn(this.#log.lines);
    for (const range of lost) this.#ledger.reported.push({ log: this.#logId, ...range });
    for (const path of cut) this.#ledger.cut.add(segmentDigits(path)!);
    if (this.#isOpen) assert.equal(this.#buffer.status.droppedEvents, dropped, "droppedEvents");
  }
}
