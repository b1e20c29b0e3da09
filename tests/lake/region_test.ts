import assert from "node:assert/strict";
import { bucketRegion } from "../../src/lake/bucket_region.ts";
import { instanceRegion, isRegion } from "../../src/lake/instance_region.ts";
import { profileValue } from "../../src/lake/profile_value.ts";
import { stsRegion } from "../../src/lake/region.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import { NO_SURROUNDINGS } from "../../src/lake/surroundings.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { bucketConfig } from "../support/aws.ts";
import { captureLog } from "../support/capture_log.ts";
import { Iam } from "../support/cloud/iam.ts";
import { imds } from "../support/cloud/imds.ts";
import { withEnvironment } from "../support/environment.ts";
import { fakeS3, s3Error } from "../support/fake_s3.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { regionOf } from "../support/sigv4.ts";

const never = new AbortController().signal;
const NO_REGION = { AWS_DEFAULT_REGION: undefined, AWS_EC2_METADATA_DISABLED: undefined };

/** An error as the SDK makes it of S3's answer. */
const refusal = (Region: string): Error => Object.assign(new Error("elsewhere"), { Region });

Deno.test("Each of S3's ways to name another region is learnt from", async () => {
  for (
    const answer of [
      () => s3Error(301, "PermanentRedirect", "", "", { "x-amz-bucket-region": "eu-north-1" }),
      () => s3Error(400, "AuthorizationHeaderMalformed", "", "<Region>eu-north-1</Region>"),
      () => s3Error(400, "IllegalLocationConstraintException", "expecting 'eu-north-1'"),
      // What a HEAD or a proxy leaves of it.
      () => new Response(null, { status: 400, headers: { "x-amz-bucket-region": "eu-north-1" } }),
    ]
  ) {
    await using s3 = fakeS3((put) => regionOf(put.headers) === "eu-north-1" ? 200 : answer());
    const log = captureLog();
    const store = await s3Store(bucketConfig(s3.endpoint).aws, { log });
    await assert.rejects(store.put("a", new Uint8Array(1), never));
    await store.put("a", new Uint8Array(1), never);
    assert.equal(s3.objects.size, 1);
    assert.deepEqual(log.lines, [
      "WARN AWS SecurityLake - s3://bucket is in eu-north-1, S3 says, not in eu-west-1: uploads " +
      "go there from now on; correct aws.securitylake.region, which stands in the keys of " +
      "objects as well, to eu-north-1",
    ]);
  }
});

Deno.test("Answers that contradict each other, or name no region, are not followed for ever", () => {
  const log = captureLog();
  const { aws } = bucketConfig("");
  const region = bucketRegion(aws, NO_SURROUNDINGS, log);
  assert.equal(region.learn(refusal("eu-north-1")), true);
  assert.equal(region.learn(refusal("eu-west-1")), false, "it began there");
  assert.equal(region.learn(refusal("eu-north-1")), false);
  for (const text of ["", "EU", "evil.example.org/", "eu-west-1\n", "x".repeat(100)]) {
    assert.equal(region.learn(refusal(text)), false, text);
  }
  assert.equal(region.learn(new TypeError("no answer at all")), false);
  assert.equal(region.current, "eu-north-1");
  assert.equal(log.lines.length, 1);
});

Deno.test("isRegion() knows AWS's forms", () => {
  for (
    const name of ["eu-west-1", "us-gov-east-1", "ap-southeast-7", "us-iso-east-1", "cn-north-1"]
  ) {
    assert.ok(isRegion(name), name);
  }
});

Deno.test("instanceRegion() asks once with a token, and never where that is switched off", async () => {
  await using service = imds(new Iam());
  const AWS_EC2_METADATA_SERVICE_ENDPOINT = service.endpoint;
  await withEnvironment({ ...NO_REGION, AWS_EC2_METADATA_SERVICE_ENDPOINT }, async () => {
    assert.equal(await instanceRegion(systemClock), "us-east-2");
    assert.deepEqual(service.calls, [
      "PUT /latest/api/token",
      "GET /latest/meta-data/placement/region",
    ]);
    service.region = "<html>";
    assert.equal(await instanceRegion(systemClock), "");
    const asked = service.calls.length;
    await withEnvironment({ AWS_EC2_METADATA_DISABLED: "true" }, async () => {
      assert.equal(await instanceRegion(systemClock), "");
    });
    assert.equal(service.calls.length, asked);
  });
});

Deno.test("instanceRegion() waits a second at most, and does without", async () => {
  const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using silent = fakeS3(async () => {
    asked.resolve();
    await released.promise;
    return 500;
  });
  const at = (endpoint: string) => ({
    ...NO_REGION,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
  });
  await withEnvironment(at(silent.endpoint), async () => {
    const clock = new ManualClock(0);
    const region = instanceRegion(clock);
    await asked.promise;
    await clock.advance(1_000, () => Promise.resolve());
    assert.equal(await region, "");
  });
  released.resolve();
  for (const endpoint of ["http://127.0.0.1:1", "no URL"]) {
    await withEnvironment(at(endpoint), async () => {
      assert.equal(await instanceRegion(systemClock), "");
    });
  }
});

Deno.test("stsRegion() prefers what is set, then the instance's, but not for another store", async () => {
  const surroundings = { ...NO_SURROUNDINGS, instanceRegion: () => Promise.resolve("us-east-2") };
  await withEnvironment(NO_REGION, async () => {
    const of = (endpoint: string, more: Record<string, string> = {}) =>
      stsRegion(bucketConfig(endpoint, more).aws, surroundings);
    assert.equal(await of(""), "us-east-2");
    assert.equal(await of("", { AWS_REGION: "sa-east-1" }), "sa-east-1");
    assert.equal(await of("http://minio:9000"), "eu-west-1");
    const none = { ...surroundings, instanceRegion: () => Promise.resolve("") };
    assert.equal(await stsRegion(bucketConfig("").aws, none), "eu-west-1");
    const profile = { ...surroundings, profileRegion: "ca-west-1" };
    assert.equal(await stsRegion(bucketConfig("").aws, profile), "ca-west-1");
  });
});

Deno.test("profileValue() reads the shared files as the SDK does", async () => {
  const files: Record<string, string | undefined> = {};
  const value = async (profile: string | undefined) => {
    let region = "";
    const variables = {
      AWS_PROFILE: profile,
      AWS_SHARED_CREDENTIALS_FILE: "/c",
      AWS_CONFIG_FILE: undefined,
      HOME: "/home/falco",
    };
    await withEnvironment(variables, () => {
      region = profileValue("region", (path) => files[path]);
      return Promise.resolve();
    });
    return region;
  };
  assert.equal(await value(undefined), "");
  files["/home/falco/.aws/config"] = "# region = no-1\n[default]\r\nregion=eu-west-1\r\n" +
    "s3 =\n  region = nested-1\n[profile a]\nregion = eu-west-2 ; mine\n[b]\nregion = eu-west-3\n";
  assert.equal(await value(undefined), "eu-west-1");
  assert.equal(await value("a"), "eu-west-2");
  assert.equal(await value("b"), "", "in that file a profile's section says so");
  files["/c"] = "[b]\nregion = eu-south-1\n[a]\naws_access_key_id = x\n";
  assert.equal(await value("b"), "eu-south-1");
  assert.equal(await value("a"), "eu-west-2");
});
