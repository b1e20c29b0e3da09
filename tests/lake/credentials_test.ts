import assert from "node:assert/strict";
import { describeAwsError } from "../../src/lake/aws_error.ts";
import { sessionName } from "../../src/lake/credentials.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import {
  ACCESS_KEY,
  bucketConfig,
  NO_CREDENTIALS,
  ROLE_ARN,
  SECRET_KEY,
  sessionS3,
  userSts,
} from "../support/aws.ts";
import { withEnvironment } from "../support/environment.ts";
import { fakeS3, s3Error } from "../support/fake_s3.ts";
import { stsError } from "../support/cloud/sts.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { accessKeyOf, isSignedBy } from "../support/sigv4.ts";

const never = new AbortController().signal;
const BYTES = new Uint8Array([1, 2, 3]);
const ROLE = { AWS_ROLEARN: ROLE_ARN, AWS_EXTERNALID: "lake-7f3a:falco" };
const SURROUNDINGS = { authorities: [], hostName: "node 7" };

Deno.test("A role is assumed with the external id, and its session uploads", async () => {
  await using sts = userSts({ externalId: "lake-7f3a:falco" });
  await using s3 = sessionS3(sts);
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
    const store = await s3Store(bucketConfig(s3.endpoint, ROLE).aws, {
      surroundings: SURROUNDINGS,
    });
    assert.equal(sts.calls.length, 0, "before the first upload nobody is asked");
    for (const key of ["region=a/1.parquet", "region=a/2.parquet"]) {
      await store.put(key, BYTES, never);
    }
    await store.put("region=a/2.parquet", BYTES, never);
  });
  assert.deepEqual([...s3.objects.keys()], [
    "/bucket/region=a/1.parquet",
    "/bucket/region=a/2.parquet",
  ]);
  assert.equal(sts.calls.length, 1, "one session serves many uploads");
  const { action, parameters, region } = sts.calls[0]!;
  assert.deepEqual([action, region], ["AssumeRole", "eu-west-1"]);
  assert.equal(parameters.get("RoleArn"), ROLE_ARN);
  assert.equal(parameters.get("RoleSessionName"), "falco-lake-node-7");
});

Deno.test("aws.region is the region of STS", async () => {
  await using sts = userSts();
  await using s3 = sessionS3(sts);
  const config = bucketConfig(s3.endpoint, { AWS_ROLEARN: ROLE_ARN, AWS_REGION: "us-east-2" });
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
    await (await s3Store(config.aws)).put("a", BYTES, never);
  });
  const [call] = sts.calls;
  assert.equal(call?.region, "us-east-2");
  assert.equal(call?.parameters.has("ExternalId"), false);
});

Deno.test("A wrong external id fails the upload, and its hint names aws.externalid", async () => {
  await using sts = userSts({ externalId: "another" });
  await using s3 = sessionS3(sts);
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
    const store = await s3Store(bucketConfig(s3.endpoint, ROLE).aws);
    await assert.rejects(store.put("a", BYTES, never), (error) => {
      const { class: kind, text, hint } = describeAwsError(error);
      assert.equal(kind, "access");
      assert.match(
        text,
        /^AccessDenied 403: User: .* is not authorized to perform: sts:AssumeRole/,
      );
      assert.match(hint, /trust policy .* aws\.externalid/);
      return true;
    });
  });
  assert.equal(s3.puts.length, 0);
});

Deno.test("A session near its end is renewed between two uploads", async () => {
  // Within five minutes of its end, the SDK asks for the next one.
  await using sts = userSts({ lifetime: 1 });
  await using s3 = sessionS3(sts);
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
    const store = await s3Store(bucketConfig(s3.endpoint, { AWS_ROLEARN: ROLE_ARN }).aws);
    for (const key of ["a", "b", "c"]) await store.put(key, BYTES, never);
  });
  assert.equal(s3.objects.size, 3);
  const keys = new Set(s3.puts.map(({ headers }) => accessKeyOf(headers)));
  assert.ok(keys.size >= 3, `${keys.size} sessions for three uploads`);
});

Deno.test("A session that is refused before its time is replaced for the next attempt", async () => {
  for (
    const refusal of [
      () => s3Error(400, "ExpiredToken", "The provided token has expired."),
      () => s3Error(403, "AccessDenied", "Access Denied"), // what revoking a role's sessions causes
    ]
  ) {
    await using sts = userSts();
    await using s3 = sessionS3(sts, () => sts.sessions().length === 1 ? refusal() : 200);
    await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
      const store = await s3Store(bucketConfig(s3.endpoint, { AWS_ROLEARN: ROLE_ARN }).aws);
      await assert.rejects(store.put("a", BYTES, never));
      await store.put("a", BYTES, never);
      await store.put("b", BYTES, never);
    });
    assert.deepEqual([s3.objects.size, sts.calls.length], [2, 2]);
  }
});

Deno.test("An STS that is away fails the upload, and the next attempt asks it again", async () => {
  let away = true;
  await using sts = userSts({
    decide: () => away ? stsError(503, "ServiceUnavailable", "later") : undefined,
  });
  await using s3 = sessionS3(sts);
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
    const store = await s3Store(bucketConfig(s3.endpoint, { AWS_ROLEARN: ROLE_ARN }).aws);
    await assert.rejects(store.put("a", BYTES, never), { name: "ServiceUnavailable" });
    away = false;
    await store.put("a", BYTES, never);
  });
  assert.equal(s3.objects.size, 1);
});

Deno.test("An upload that waits for STS is given up with its signal", async () => {
  const asked = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  await using sts = userSts({
    decide: async () => {
      asked.resolve();
      await end.promise;
      return stsError(400, "ValidationError", "too late");
    },
  });
  await using s3 = sessionS3(sts);
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
    const store = await s3Store(bucketConfig(s3.endpoint, { AWS_ROLEARN: ROLE_ARN }).aws);
    const deadline = new AbortController();
    const put = store.put("a", BYTES, deadline.signal);
    await asked.promise;
    deadline.abort(new Error("shutdown"));
    await assert.rejects(put, /shutdown/);
  });
  end.resolve();
});

Deno.test("A search for credentials that hangs fails after a minute, and is begun anew", async () => {
  const released = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let hang = true;
  await using s3 = fakeS3(() => 200);
  // What a container or pod is given as AWS_CONTAINER_CREDENTIALS_FULL_URI.
  await using endpoint = fakeS3(async () => {
    asked.resolve();
    if (hang) await released.promise;
    return Response.json({
      AccessKeyId: ACCESS_KEY,
      SecretAccessKey: SECRET_KEY,
      Token: "token",
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    });
  });
  const variables = {
    ...NO_CREDENTIALS,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.endpoint}/credentials`,
  };
  const { aws } = bucketConfig(s3.endpoint, { AWS_ACCESSKEYID: "", AWS_SECRETACCESSKEY: "" });
  await withEnvironment(variables, async () => {
    const clock = new ManualClock(0);
    const store = await s3Store(aws, { surroundings: SURROUNDINGS, clock });
    const put = store.put("a", BYTES, never);
    await asked.promise;
    await Promise.all([
      assert.rejects(put, /no answer in 60 s/),
      clock.advance(60_000, () => Promise.resolve()),
    ]);
    hang = false;
    await store.put("a", BYTES, never);
  });
  assert.equal(accessKeyOf(s3.puts[0]!.headers), ACCESS_KEY);
  assert.equal(s3.puts[0]!.headers.get("x-amz-security-token"), "token");
  released.resolve();
});

Deno.test("Without a role, the keys of the configuration sign, or those of the chain", async () => {
  await using s3 = fakeS3(() => 200);
  const [key, secret] = ["AKIAFROMTHECHAIN1234", "secret of the chain"];
  const chain = { ...NO_CREDENTIALS, AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret };
  const none = { AWS_ACCESSKEYID: "", AWS_SECRETACCESSKEY: "" };
  await withEnvironment(chain, async () => {
    await (await s3Store(bucketConfig(s3.endpoint).aws)).put("a=b", BYTES, never);
    await (await s3Store(bucketConfig(s3.endpoint, none).aws)).put("a=b", BYTES, never);
  });
  const [first, second] = s3.puts;
  assert.equal(accessKeyOf(first!.headers), ACCESS_KEY);
  assert.ok(isSignedBy(first!, SECRET_KEY));
  assert.equal(accessKeyOf(second!.headers), key);
  assert.ok(isSignedBy(second!, secret));
  assert.equal(isSignedBy(second!, SECRET_KEY), false);
});

Deno.test("sessionName() keeps to what STS allows", () => {
  assert.equal(sessionName(""), "falco-lake");
  assert.equal(sessionName("ip-10-0-0-1.eu-west-1"), "falco-lake-ip-10-0-0-1.eu-west-1");
  assert.equal(sessionName("häuser/7 "), "falco-lake-h-user-7-");
  assert.equal(sessionName("x".repeat(300)).length, 64);
});
