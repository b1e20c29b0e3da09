import assert from "node:assert/strict";
import { startInCloud, userKeys } from "../support/cloud/agent.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

Deno.test("The bucket's region is learnt from S3's refusal, with one warning that names both", async () => {
  await using box = sandbox();
  await using aws = cloud();
  aws.s3.region = "eu-central-1";
  const agent = await startInCloud(box, aws, { ...userKeys(aws), AWS_REGION: "us-east-1" });
  for (const id of [1, 2]) {
    await post(agent, makeEvent(id));
    await flush(agent);
  }
  assert.deepEqual(
    aws.s3.calls.map(({ region }) => region),
    ["us-east-1", "eu-central-1", "eu-central-1"],
  );
  assert.equal(aws.s3.objects.size, 2);
  const warnings = agent.log().match(/\[WARN\] .*s3:\/\/lake is in .*/g) ?? [];
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /in eu-central-1.* not in us-east-1.* aws\.region /);
});

const SOURCES: readonly [string, Readonly<Record<string, string>>, string, string][] = [
  ["AWS_DEFAULT_REGION", { AWS_DEFAULT_REGION: "ap-south-1" }, "ap-south-1", "ap-south-1"],
  [
    "AWS_REGION before AWS_DEFAULT_REGION",
    {
      AWS_REGION: "ap-south-1",
      AWS_DEFAULT_REGION: "sa-east-1",
    },
    "ap-south-1",
    "ap-south-1",
  ],
  ["the profile's region", { AWS_PROFILE: "lake" }, "ca-west-1", "ca-west-1"],
  ["none: the bucket's for S3, the instance's for STS", {}, "eu-west-1", "us-east-2"],
  ["none, and no metadata", { AWS_EC2_METADATA_DISABLED: "true" }, "eu-west-1", "eu-west-1"],
];
for (const [name, environment, s3, sts] of SOURCES) {
  Deno.test(`Region: ${name}`, async () => {
    await using box = sandbox();
    await using aws = cloud();
    aws.s3.region = s3;
    Deno.writeTextFileSync(
      `${box.directory}/config`,
      "[default]\n[profile other]\nregion = eu-north-1\n[profile lake]\nregion = ca-west-1 # here\n",
    );
    const agent = await startInCloud(box, aws, { ...userKeys(aws), ...environment });
    await agent.logged(/AWS - the credentials are those of/);
    await post(agent, makeEvent(1));
    await flush(agent);
    assert.deepEqual(aws.sts.calls.map(({ region }) => region), [sts]);
    assert.deepEqual(aws.s3.calls.map(({ region }) => region), [s3]);
    const asked = aws.imds.calls.filter((call) => call.includes("placement"));
    assert.equal(asked.length, sts === "us-east-2" ? 1 : 0);
  });
}
