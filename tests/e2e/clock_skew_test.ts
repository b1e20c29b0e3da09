import assert from "node:assert/strict";
import {
  startInCloud,
  statusOfAgent,
  USER_KEY,
  USER_SECRET,
  userKeys,
} from "../support/cloud/agent.ts";
import { type Cloud, cloud, PROVIDER_ROLE } from "../support/cloud/cloud.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, metric, post, sandbox } from "../support/sandbox.ts";

const MINUTES = 60_000;

/** Ways to credentials: of two of them STS is a part, which takes no more than 5 minutes. */
const WAYS: readonly [string, (aws: Cloud, directory: string) => Record<string, string>][] = [
  ["a user's keys", (aws) => ({ ...userKeys(aws) })],
  ["a role", (aws) => ({ ...userKeys(aws), AWS_ROLEARN: PROVIDER_ROLE })],
  ["a profile's role", (aws, directory) => {
    userKeys(aws);
    Deno.writeTextFileSync(
      `${directory}/credentials`,
      `[source]\naws_access_key_id=${USER_KEY}\naws_secret_access_key=${USER_SECRET}\n` +
        "[lake]\nrole_arn=arn:aws:iam::123456789012:role/base\nsource_profile=source\n",
    );
    return { AWS_PROFILE: "lake" };
  }],
];

for (const minutes of [20, -20]) {
  for (const [who, prepare] of WAYS) {
    Deno.test(`With AWS's clock ${minutes} minutes off, uploads with ${who} arrive, and the log says it`, async () => {
      await using box = sandbox();
      await using aws = cloud();
      aws.iam.clockOffset = minutes * MINUTES;
      const agent = await startInCloud(box, aws, prepare(aws, box.directory));
      assert.equal((await statusOfAgent(agent))["clockSkewSeconds"], null);
      await post(agent, makeEvent(1));
      await flush(agent);
      assert.equal(aws.s3.objects.size, 1);
      const which = minutes > 0 ? "behind" : "ahead of";
      const warning = new RegExp(
        `\\[WARN\\] .*this host's clock is (1199|1200|1201) s ${which} S3's`,
      );
      assert.match(agent.log(), warning);
      assert.match(agent.log(), /RequestTimeTooSkewed 403/);
      const skew = await metric(agent, "falco_lake_clock_skew_seconds");
      assert.ok(Math.abs(skew + minutes * 60) <= 1, `${skew}`);
      assert.equal((await statusOfAgent(agent))["clockSkewSeconds"], skew);

      // Somebody sets it: the SDK has to learn that as well.
      aws.iam.clockOffset = 0;
      for (const id of [2, 3]) {
        await post(agent, makeEvent(id));
        await flush(agent);
      }
      assert.match(agent.log(), /\[INFO\] .*this host's clock agrees with S3's again/);
      assert.equal(agent.log().match(/\[WARN\] .*this host's clock is \d+ s/g)!.length, 1);
      assert.ok(Math.abs(await metric(agent, "falco_lake_clock_skew_seconds")) <= 1);
    });
  }
}
