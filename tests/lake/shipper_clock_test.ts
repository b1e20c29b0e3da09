import assert from "node:assert/strict";
import { SETTINGS, shipFromBuffer } from "../support/ship_from_buffer.ts";

/* Uploads keep their pace whatever somebody does to the wall clock. */

const YEAR = 365 * 86_400_000;

for (const jump of [YEAR, -YEAR, 3_600_000, -3_600_000]) {
  Deno.test(`A wall clock that jumps by ${jump / 3_600_000} h changes nothing in the interval`, async () => {
    const { objects, clock, pass } = await shipFromBuffer({});
    await pass(SETTINGS.interval / 2);
    clock.jump(jump);
    await pass(SETTINGS.interval / 2 - 1);
    assert.equal(objects.size, 0);
    await pass(1);
    assert.equal(objects.size, 3);
  });

  Deno.test(`A wall clock that jumps by ${jump / 3_600_000} h changes nothing in the pauses between attempts`, async () => {
    const { shipper, attempts, clock, pass } = await shipFromBuffer({
      put: () => new Error("503"),
    });
    await pass(SETTINGS.interval);
    for (let time = 0; time < 6; time++) {
      clock.jump(jump);
      await pass(60_000);
    }
    // 1, 2, 4, 8, 16, 32 and 60 s, less a quarter each by this test's random.
    const expected = 1 + [0.75, 1.5, 3, 6, 12, 24, 45, 45, 45, 45, 45, 45, 45, 45]
      .reduce<{ at: number; count: number }>(
        ({ at, count }, pause) => ({
          at: at + pause,
          count: at + pause <= 360 ? count + 1 : count,
        }),
        { at: 0, count: 0 },
      ).count;
    assert.equal(attempts.length, expected);
    const { since } = shipper.status.failures!;
    assert.ok(Math.abs(clock.now() - since - 360_000) < 60_000, "failing for six minutes");
  });
}
