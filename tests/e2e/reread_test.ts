import assert from "node:assert/strict";
import { dirname } from "node:path";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { askDuckDb, duckDbTreeRows, hiveTree, NO_DUCKDB } from "../support/duckdb.ts";
import { dayOf } from "../support/faulty_s3.ts";
import { LAKES } from "../support/lakes.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";
import { corpusEvents, loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

/** Times and the days of their partitions; undefined for the day on which the event came. */
const TIMES: readonly (readonly [time: string, day: string | undefined])[] = [
  ["2026-11-20T23:59:59.999999999Z", "20261120"],
  ["2026-11-21T00:00:00.000000000Z", "20261121"],
  ["2026-11-21T01:30:00+02:00", "20261120"],
  ["2026-11-20T20:00:00-05:00", "20261121"],
  ["2026-11-21T23:59:59.999-00:30", "20261122"],
  ["2024-02-29T23:59:59Z", "20240229"],
  ["1979-12-31T23:59:59Z", "19791231"],
  ["1975-06-01T00:00:00Z", "19750601"],
  ["2099-12-31T23:59:59.5Z", "20991231"],
  ["4999-01-01T00:00:00Z", "49990101"],
  // A clock that was not set: see src/ocsf/time.ts.
  ["1970-01-01T00:00:01Z", undefined],
  ["9999-12-31T23:59:59Z", undefined],
];

const EVENTS = TIMES.map(([time], id) => makeEvent(id, time));

for (const { name, missing, create } of LAKES) {
  testUnless(
    NO_SHARED ?? NO_DUCKDB ?? missing,
    `DuckDB and hyparquet find in the partitions of ${name} each event once, on its UTC day, valid OCSF`,
    async () => {
      await using box = sandbox();
      await using lake = await create(box.directory);
      const agent = await box.start({
        environment: { ...box.environment, ...lake.environment, AWS_SECURITYLAKE_BATCHSIZE: "100" },
      });
      const events = [...EVENTS, ...corpusEvents()];
      assert.equal(await post(agent, events.join("\n")), 200);
      await flush(agent);
      assert.equal(await agent.stop(), 0, agent.log());

      const tree = `${box.directory}/tree`;
      const objects = await lake.objects();
      for (const [key, bytes] of objects) {
        Deno.mkdirSync(dirname(`${tree}/${key}`), { recursive: true });
        Deno.writeFileSync(`${tree}/${key}`, bytes);
        for (const row of await readRows(bytes)) assert.equal(utcDay(row), dayOf(key), key);
      }
      const rows = duckDbTreeRows(tree);
      assert.deepEqual(rows.map((row) => row["raw_data"]).sort(), events.toSorted());
      await assertPartitions(rows, [...objects.keys()][0]!);
      assertDays(rows);
      const [wrong, all] = JSON.parse(
        askDuckDb(
          `select count(*) filter (strftime(make_timestamp("time" * 1000), '%Y%m%d') <> ` +
            `lpad(eventDay::varchar, 8, '0')), count(*) from ${hiveTree(tree)}`,
        )[0]!,
      );
      assert.deepEqual([wrong, all], [0, events.length]);
    },
  );
}

/** Asserts that rows have the partitions' columns, and are valid findings without them. */
async function assertPartitions(
  rows: readonly Readonly<Record<string, unknown>>[],
  key: string,
): Promise<void> {
  const [, expectedRegion, expectedAccount] = /region=([^/]+)\/accountId=([^/]+)\//.exec(key)!;
  const validate = await loadValidator();
  for (const { region, accountId, eventDay, ...row } of rows) {
    assert.deepEqual([region, String(accountId)], [expectedRegion, expectedAccount]);
    assert.equal(String(eventDay).padStart(8, "0"), utcDay(row));
    // DuckDB writes a time as SQL does.
    const finding = { ...row, time_dt: new Date(row["time"] as number).toISOString() };
    assert.deepEqual(validate(finding), [], `${row["raw_data"]}`);
  }
}

function assertDays(rows: readonly Readonly<Record<string, unknown>>[]): void {
  TIMES.forEach(([time, day], id) => {
    const { eventDay } = rows.find((row) => row["raw_data"] === EVENTS[id])!;
    const received = new Date().getUTCFullYear();
    if (day === undefined) assert.ok(Math.abs(Number(eventDay) / 10_000 - received) < 2, time);
    else assert.equal(String(eventDay), day, time);
  });
}

/** From the row's own time. */
const utcDay = ({ time }: Readonly<Record<string, unknown>>): string =>
  new Date(time as number).toISOString().slice(0, 10).replaceAll("-", "");
