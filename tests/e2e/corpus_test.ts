import assert from "node:assert/strict";
import { corpusEvents, loadValidator, NO_SHARED } from "../support/shared.ts";
import { LAKES } from "../support/lakes.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { rowsOf } from "../support/test_lake.ts";

for (const { name, missing, create } of LAKES) {
  testUnless(
    NO_SHARED ?? missing,
    `Every real event posted comes out of ${name} once, valid OCSF, raw_data as posted`,
    async () => {
      await using box = sandbox();
      await using lake = await create(box.directory);
      const events = corpusEvents();
      assert.equal(events.length, 235);
      const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
      for (const event of events) assert.equal(await post(agent, event), 200, event);
      await flush(agent);
      assert.equal(await agent.stop(), 0, agent.log());

      const rows = await rowsOf(lake);
      assert.deepEqual(rows.map((row) => row["raw_data"]).sort(), events.toSorted());
      const validate = await loadValidator();
      for (const row of rows) {
        const finding = JSON.parse(JSON.stringify(row));
        assert.deepEqual(validate(finding), [], `${row["raw_data"]}`);
      }
    },
  );
}
