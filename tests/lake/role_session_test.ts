import assert from "node:assert/strict";
import { roleSession } from "../../src/lake/role_session.ts";
import { ManualClock } from "../support/manual_clock.ts";

const MINUTE = 60_000;
const nothing = () => Promise.resolve();

/** An STS whose sessions last for an hour, unless it is away. */
function setup() {
  const clock = new ManualClock(0);
  const asked: boolean[] = [];
  const sts = { away: false };
  const session = roleSession((isRefused) => {
    asked.push(isRefused);
    if (sts.away) return Promise.reject(new Error("away"));
    return Promise.resolve({
      accessKeyId: String(asked.length),
      secretAccessKey: "secret",
      expiration: new Date(clock.now() + 60 * MINUTE),
    });
  }, clock);
  const key = async (forceRefresh = false) => (await session({ forceRefresh })).accessKeyId;
  return { clock, asked, sts, key, advance: (time: number) => clock.advance(time, nothing) };
}

Deno.test("A session serves until five minutes before its end", async () => {
  const { key, advance, asked } = setup();
  assert.equal(await key(), "1");
  await advance(54 * MINUTE);
  assert.equal(await key(), "1");
  await advance(MINUTE);
  assert.equal(await key(), "2");
  assert.deepEqual(asked, [false, false]);
});

Deno.test("A session serves to its end while there is no other to be had, and not longer", async () => {
  const { key, advance, sts } = setup();
  assert.equal(await key(), "1");
  sts.away = true;
  await advance(59 * MINUTE);
  assert.equal(await key(), "1");
  await advance(MINUTE);
  await assert.rejects(key(), /away/);
  sts.away = false;
  assert.notEqual(await key(), "1");
});

Deno.test("A session that was refused is replaced, or nothing serves", async () => {
  const { key, asked, sts } = setup();
  assert.equal(await key(), "1");
  assert.equal(await key(true), "2");
  assert.deepEqual(asked, [false, true]);
  sts.away = true;
  await assert.rejects(key(true), /away/);
});
