import assert from "node:assert/strict";
import type { Batch, Buffer } from "../../../src/buffer/buffer.ts";
import { readRecords } from "../../../src/buffer/reader.ts";
import { duePath, listSetAside, setAsideFolder } from "../../../src/buffer/set_aside_folder.ts";
import { type CapturedLog, captureLog } from "../../support/capture_log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { MemoryDisk } from "../../support/memory_disk.ts";
import { bytesOf, DIRECTORY } from "../../support/open_buffer.ts";
import { seeded } from "../../support/seeded.ts";
import { answered, excuseDoubtful, excuseUnsynced } from "./durability.ts";
import { harm } from "./harm.ts";
import { Ledger } from "./ledger.ts";
import { ModelLake } from "./model_lake.ts";
import { noteLosses } from "./note_losses.ts";
import { openRun } from "./open_run.ts";
import { lossesIn } from "./reported_losses.ts";
import type { Setting, Step } from "./steps.ts";
import { settle, turns } from "./turns.ts";
import { UnderWay } from "./under_way.ts";

type Of<Kind extends Step["kind"]> = Extract<Step, { readonly kind: Kind }>;

/** Room for the reserve, the ring, and some more. */
const CAPACITY = 250_000;
/** More than the buffer waits until it looks again at a disk that has failed. */
const RECOVERY = 3000;

/**
 * One history of a buffer: a disk, its clients, its lake, and what happens to them. Between steps
 * whatever was not waited for stays under way, and goes on only as other steps let it.
 */
export class History {
  readonly #setting: Setting;
  /** Whether what is answered must survive power loss. */
  readonly #mustLast: boolean;
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
  #isCursorHarmed = false;
  /** The last run that found it so. */
  #foundLost = 0;
  /** Whether this run has to do with a lock that somebody deleted. */
  #isLockTaken = false;
  readonly #underWay = new UnderWay();
  #shipping: Promise<void> | undefined;

  static async run(setting: Setting, steps: readonly Step[]): Promise<void> {
    const history = new History(setting);
    try {
      await history.#open();
      for (const step of steps) {
        await history.#apply(step);
        history.#underWay.check();
      }
      await history.#finish();
    } catch (error) {
      const said = ["The last run's log:", ...history.#log.lines].join("\n  ");
      throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
    }
  }

  private constructor(setting: Setting) {
    this.#setting = setting;
    this.#mustLast = setting.sync === "always";
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
      case "retry":
        return await this.#retry(step.until);
      case "restart":
        return await this.#restart();
      case "kill":
        this.#end();
        excuseDoubtful(this.#disk, this.#ledger);
        this.#disk = this.#disk.kill();
        return await this.#reopen();
      case "crash":
        return await this.#crash(step);
      case "heal":
        return this.#heal();
      case "takeFolder":
        this.#isFolderTaken = this.#isLockTaken = true;
        this.#excuseSetAside();
        break;
      case "takeFile":
        this.#isLockTaken = true;
        break;
      case "harmCursor":
        // Two hits may make another version of it, which is left alone as such.
        if (this.#isCursorHarmed && !step.take) return;
        this.#isCursorHarmed = true;
        break;
      case "moveFolder":
        // Without its lock the buffer cannot tell a folder that was moved from one that is gone.
        if (this.#isLockTaken) return;
    }
    harm(step, this.#disk, this.#ledger);
  }

  async #open(): Promise<void> {
    const run = ++this.#run;
    this.#isOpen = false;
    this.#isLockTaken = false;
    this.#disk.turns = () => Math.floor(this.#random() * (this.#setting.slowness + 1));
    this.#disk.wrote = (path, offset, bytes) => this.#ledger.wrote(path, offset, bytes);
    this.#clock = new ManualClock(this.#clock.now());
    this.#log = captureLog();
    const surroundings = { disk: this.#disk, clock: this.#clock, log: this.#log };
    const buffer = await openRun(this.#setting, surroundings, this.#random);
    if (run !== this.#run) return; // it was killed meanwhile
    this.#buffer = buffer;
    this.#isOpen = true;
    this.#noteCursor();
    const { logId, acknowledged } = buffer.status;
    if (this.#logId !== logId) {
      const mayChange = !this.#logId || this.#isFolderTaken || this.#isCursorHarmed;
      assert.ok(mayChange, `${this.#logId} became ${logId}`);
      // With no cursor and no header that can be read: what the old log holds may be set aside.
      if (this.#isCursorHarmed) this.#ledger.excuseLog(this.#logId, "foreign");
      this.#isFolderTaken = false;
      this.#logId = logId;
    }
    assert.ok(acknowledged >= this.#lake.acknowledgedOf(logId), "the cursor went back");
  }

  /** What is set aside goes with the folder. */
  #excuseSetAside(): void {
    for (const name of this.#disk.names(setAsideFolder(DIRECTORY))) {
      const [, log, first, last] = /^(.*)-(\d+)-(\d+)\.(?:seg|retry)$/.exec(name) ?? [];
      if (log) this.#ledger.excuseRange({ log, first: Number(first), last: Number(last) }, "taken");
    }
  }

  /** Opens the buffer; when faults keep it from that, once more without them. */
  async #reopen(): Promise<void> {
    try {
      await settle(this.#open(), "opening");
    } catch (error) {
      this.#underWay.expect(error);
      this.#noteLosses();
      this.#heal();
      await settle(this.#open(), "opening");
    }
  }

  async #append({ sizes, wait }: Of<"append">): Promise<void> {
    const run = this.#run;
    const sent = sizes.map((size) => this.#ledger.send(size, this.#clock.now()));
    const outcomes = this.#buffer.append(sent.map(({ text }) => bytesOf(text)));
    const done = this.#underWay.watch(outcomes.then((outcome) => {
      if (run === this.#run) answered(this.#disk, sent, outcome, this.#mustLast);
    }));
    if (wait) await settle(done, "an append");
  }

  async #ship(step: Of<"ship">): Promise<void> {
    // One at a time, as the shipper does it.
    if (!this.#shipping) {
      const shipping = this.#underWay.watch(this.#deliver(step)).then(() => {
        if (this.#shipping === shipping) this.#shipping = undefined;
      });
      this.#shipping = shipping;
    }
    if (step.wait) await settle(this.#shipping, "a delivery");
  }

  async #deliver({ events, until, ahead }: Omit<Of<"ship">, "kind" | "wait">): Promise<void> {
    const [run, buffer, disk, log] = [this.#run, this.#buffer, this.#disk, this.#logId];
    const isOver = () => run !== this.#run;
    const limits = { events, bytes: 200 };
    try {
      this.#ledger.leasing();
      let batch = await buffer.lease(limits);
      while (batch) {
        if (isOver()) return;
        this.#lake.leased(log, batch, run);
        if (until === "leased") return;
        await turns(this.#random() * 10);
        if (isOver()) return;
        // What has no event left needs no object, so that no lake refuses it.
        if (until === "aside" && batch.events > 0) return await this.#setAside(batch);
        this.#lake.put(log, batch, readRecords(disk, batch.slices));
        if (until === "put") return;
        await turns(this.#random() * 10);
        if (isOver()) return;
        const next = ahead ? await buffer.lookAhead(batch, limits) : undefined;
        if (isOver()) return;
        this.#lake.acknowledging(log);
        const follows = await buffer.acknowledge(batch, next);
        if (isOver()) return;
        this.#lake.acknowledged(log, batch);
        batch = follows ? next : undefined;
      }
    } catch (error) {
      if (!isOver()) this.#underWay.expect(error);
    }
  }

  async #setAside(batch: Batch): Promise<void> {
    const [run, log] = [this.#run, this.#logId];
    this.#lake.settingAside(log, batch);
    this.#lake.acknowledging(log);
    await this.#buffer.setAside(batch, "refused");
    if (run === this.#run) this.#lake.acknowledged(log, batch);
  }

  /** As `falco-lake buffer retry`, and then the shipper. */
  async #retry(until: Of<"retry">["until"]): Promise<void> {
    const [run, buffer, disk] = [this.#run, this.#buffer, this.#disk];
    const isOver = () => run !== this.#run;
    try {
      for (const { path, isDue } of listSetAside(disk, DIRECTORY)) {
        if (!isDue) disk.rename(path, duePath(path));
      }
      for (let due = await buffer.nextDue(); due && !isOver(); due = await buffer.nextDue()) {
        assert.ok(this.#lake.wasSetAside(due.logId, due), "it was not set aside");
        this.#lake.put(due.logId, due, readRecords(disk, due.slices));
        if (until === "put") return;
        await turns(this.#random() * 10);
        if (isOver()) return;
        if (until === "refused") await buffer.dueRefused(due, "again");
        else await buffer.dueShipped(due);
      }
    } catch (error) {
      if (!isOver()) this.#underWay.expect(error);
    }
  }

  async #restart(): Promise<void> {
    if (this.#shipping) await settle(this.#shipping, "a delivery");
    await settle(this.#buffer.close(), "closing");
    this.#underWay.check();
    this.#leave();
    excuseDoubtful(this.#disk, this.#ledger);
    await this.#reopen();
  }

  async #crash({ seed, again, fault }: Of<"crash">): Promise<void> {
    const random = seeded(seed);
    this.#losePower(random);
    for (const count of again) {
      const run = this.#run + 1;
      this.#underWay.watch(
        this.#open().catch((error) => {
          if (run === this.#run) this.#underWay.expect(error);
        }),
      );
      await turns(count);
      this.#underWay.check();
      this.#losePower(random);
    }
    if (fault) this.#disk.failNext(fault, new Error("Input/output error (os error 5)"));
    await this.#reopen();
  }

  #losePower(random: () => number): void {
    this.#end();
    if (!this.#mustLast) excuseUnsynced(this.#disk, this.#ledger, this.#lake, this.#logId);
    this.#disk = this.#disk.crash(random);
  }

  /** This run is over, and what it still does concerns nobody. */
  #end(): void {
    this.#leave();
    this.#disk.wrote = () => {};
    this.#run++;
    this.#shipping = undefined;
    this.#underWay.forget();
    this.#ledger.healed();
  }

  #leave(): void {
    this.#noteLosses();
    this.#disk.putBack(DIRECTORY); // the next start mounts it again
  }

  #heal(): void {
    this.#disk.heal();
    this.#disk.putBack(DIRECTORY);
    this.#ledger.healed();
  }

  /** Everything is well again: the buffer must recover by itself, and all must arrive. */
  async #finish(): Promise<void> {
    this.#heal();
    await this.#underWay.settle();
    await turns(100); // a look at the disk may be under way
    await this.#clock.advance(RECOVERY, () => turns(100));
    this.#underWay.check();
    assert.notEqual(this.#buffer.status.state.kind, "failed", "it does not recover by itself");
    await this.#tryAppend(/stored|full/);
    await this.#drain();
    await this.#tryAppend(/stored/);
    await this.#drain();
    await this.#retry("shipped");
    assert.equal(this.#buffer.status.setAside.batches, 0, "what was set aside stays");
    this.#noteLosses();
    this.#ledger.checkSequences();
    this.#ledger.checkArrived(this.#lake.arrived());
  }

  async #tryAppend(expected: RegExp): Promise<void> {
    const sent = this.#ledger.send(30, this.#clock.now());
    const outcome = await settle(this.#buffer.append([bytesOf(sent.text)]), "an append");
    assert.match(outcome.kind, expected, JSON.stringify(outcome));
    answered(this.#disk, [sent], outcome, this.#mustLast);
  }

  async #drain(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      await settle(this.#deliver({ events: 4, until: "acknowledged" }), "a delivery");
      this.#underWay.check();
      if (this.#buffer.status.events === 0 && !this.#buffer.status.begun) return;
    }
    const status = JSON.stringify(this.#buffer.status);
    assert.fail(`still undelivered: ${status}, the last error is ${this.#underWay.lastExpected}`);
  }

  #noteCursor(): void {
    if (this.#foundLost === this.#run || !lossesIn(this.#log.lines).isCursorLost) return;
    this.#foundLost = this.#run;
    assert.ok(this.#isCursorHarmed || this.#isFolderTaken, "the cursor is lost");
    this.#lake.repeats();
  }

  #noteLosses(): void {
    this.#noteCursor();
    const status = this.#isOpen ? this.#buffer.status : undefined;
    noteLosses(this.#log.lines, this.#ledger, this.#logId, status, this.#isCursorHarmed);
  }
}
