import { DatabaseSync } from "node:sqlite";
import { systemClock } from "../../src/platform/clock.ts";
import { type Contestant, DELIVERY_MS } from "./append_contestants.ts";

/**
 * One transaction per group, as large as the group that would be waiting. SQLite blocks the thread
 * while it syncs: nothing else could be received meanwhile. That is not held against it here.
 *
 * @param delivers whether rows are deleted as a consumer would have delivered them
 */
export const sqlite = (name: string, delivers: boolean): Contestant => ({
  name,
  run(directory, event, producers, milliseconds) {
    const database = new DatabaseSync(`${directory}/events.db`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    database.exec(
      "CREATE TABLE events (sequence INTEGER PRIMARY KEY, received INTEGER, payload BLOB)",
    );
    const insert = database.prepare("INSERT INTO events (received, payload) VALUES (?, ?)");
    const remove = database.prepare("DELETE FROM events WHERE sequence <= ?");
    const latencies: number[] = [];
    const start = performance.now();
    let [before, delivered, sequence] = [start, start, 0];
    while (before - start < milliseconds) {
      if (delivers && before - delivered >= DELIVERY_MS) {
        // What was not there 20 ms ago stays. Reading the rows, as our lease does, is left out.
        remove.run(sequence);
        sequence = latencies.length * producers;
        delivered = before;
      }
      database.exec("BEGIN IMMEDIATE");
      for (let at = 0; at < producers; at++) insert.run(systemClock.now() * 1000, event);
      database.exec("COMMIT");
      const after = performance.now();
      latencies.push(after - before);
      before = after;
    }
    const run = { events: latencies.length * producers, milliseconds: before - start, latencies };
    database.close();
    return Promise.resolve(run);
  },
});
