import assert from "node:assert/strict";
import { type Fault, STORED } from "../../scripts/torture/s3_fault.ts";
import { assertExactlyOnce } from "../support/exactly_once.ts";
import { FaultyS3 } from "../support/faulty_s3.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

/** What a server has done when it falls silent, for longer than anyone waits. */
const SILENT = { ...STORED, silence: 3_600_000 };
const SILENCES: Readonly<Record<string, Fault>> = {
  "before the body": { ...SILENT, read: 0, store: "never" },
  "in the body": { ...SILENT, read: 0.5, store: "never" },
  "after the body": { ...SILENT, store: "never" },
  "after storing": SILENT,
  "in the answer": { ...SILENT, cutAnswer: 0.5 },
};

Deno.test("An upload on which the server falls silent is given up, named and repeated, whenever that is", async () => {
  // At once: each of them waits for as long as the agent has patience.
  await Promise.all(
    Object.entries(SILENCES).map(async ([moment, silence]) => {
      await using box = sandbox();
      await using s3 = new FaultyS3();
      const agent = await box.start({ environment: { ...box.environment, ...s3.environment } });
      const events = ["2026-11-20", "2026-11-21"].map((day, id) =>
        makeEvent(id, `${day}T12:00:00Z`)
      );
      assert.equal(await post(agent, events.join("\n")), 200);
      s3.faultOf = () => silence;
      agent.signal("SIGUSR2");
      await agent.logged(/\[ERROR\] : AWS SecurityLake - .*attempt 1\)/);
      assert.match(
        agent.log(),
        /TimeoutError: .*no answer in time.*attempt 1\); 2 events wait on disk, next attempt in/,
        moment,
      );
      const { uploads } = await (await fetch(`http://127.0.0.1:${agent.port}/status`)).json();
      assert.match(uploads.failures.lastError, /TimeoutError: /, moment);
      const metrics = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
      assert.match(metrics, /^falco_lake_upload_retries_total\{class="network"\} [1-9]/m, moment);
      s3.faultOf = () => undefined;
      await flush(agent);
      assert.deepEqual(s3.violations, [], moment);
      await assertExactlyOnce(s3, events, agent.log);
    }),
  );
});
