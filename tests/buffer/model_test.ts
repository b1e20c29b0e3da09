import assert from "node:assert/strict";
import { runHistories } from "./model/run.ts";

/*
 * Random histories of a buffer against a ledger of what was answered to clients, on a disk that
 * loses, tears and reorders what was not synced, that fails, decays, and has other people's hands
 * in it. `deno task fuzz` runs on without end.
 */

const HISTORIES = Number(Deno.env.get("FALCO_LAKE_HISTORIES") ?? 10_000);
/** Not below 0, and within what fast-check takes. */
const SEED = Number(Deno.env.get("FALCO_LAKE_SEED") ?? Date.now() % 2 ** 31);

Deno.test("Buffer under random appends, faults, crashes and deliveries loses and doubles nothing", async (test) => {
  const { histories, seed, failure } = await runHistories(HISTORIES, SEED);
  if (failure) assert.fail(failure);
  // The name of a step is what a test can print.
  await test.step(`${histories} histories from seed ${seed}`, () => {});
});
