import assert from "node:assert/strict";
import { checkOnline } from "../../src/cli/check_online.ts";
import { systemClock } from "../../src/platform/clock.ts";
import {
  ACCESS_KEY,
  bucketConfig,
  NO_CREDENTIALS,
  ROLE_ARN,
  SECRET_KEY,
  sessionS3,
  userSts,
} from "../support/aws.ts";
import { listing, outcomesOf, runCheckOnline } from "../support/check_online.ts";
import { withEnvironment } from "../support/environment.ts";
import { fakeProcess } from "../support/fake_process.ts";
import { fakeS3, s3Error } from "../support/fake_s3.ts";
import { USER_ARN } from "../support/cloud/iam.ts";
import { stsError } from "../support/cloud/sts.ts";

const denial = () => s3Error(403, "AccessDenied", "Access Denied");

Deno.test("With a role all is looked at in order, and the probe stays", async () => {
  await using sts = userSts({ externalId: "id" });
  await using s3 = sessionS3(sts, ({ method }) => method === "GET" ? listing() : 200);
  const config = bucketConfig(s3.endpoint, { AWS_ROLEARN: ROLE_ARN, AWS_EXTERNALID: "id" });
  const { good, checks } = await runCheckOnline(config, { sts, probe: true });
  assert.equal(good, true);
  assert.deepEqual(outcomesOf(checks), [
    ["credentials", true],
    ["identity", true],
    ["role", true],
    ["clock", true],
    ["bucket", true],
    ["put", true],
  ]);
  const [credentials, identity, role, , bucket, put] = checks.map(({ detail }) => detail);
  assert.equal(credentials, "from aws.accesskeyid of the configuration, access key …L123");
  assert.equal(identity, `${USER_ARN} (account 123456789012)`);
  assert.match(
    role!,
    /^assumed arn:aws:sts::123456789012:assumed-role\/.*\/falco-lake.*, until 20/,
  );
  assert.equal(bucket, "s3://bucket can be reached and listed");
  assert.match(put!, /^s3:\/\/bucket\/ext\/falco\/_falco-lake-probe, 0 bytes, stays there/);
  assert.deepEqual([...s3.objects], [["/bucket/ext/falco/_falco-lake-probe", new Uint8Array(0)]]);
  assert.deepEqual(sts.calls.map(({ action }) => action), ["GetCallerIdentity", "AssumeRole"]);
});

Deno.test("A provider role that may only put is in order", async () => {
  await using sts = userSts({
    decide: ({ action }) =>
      action === "GetCallerIdentity" ? stsError(403, "AccessDenied", "not authorized") : undefined,
  });
  await using s3 = fakeS3(({ method }) => method === "GET" ? denial() : 200);
  const { good, checks } = await runCheckOnline(bucketConfig(s3.endpoint), { sts, probe: true });
  assert.equal(good, true);
  assert.deepEqual(outcomesOf(checks), [
    ["credentials", true],
    ["identity", null],
    ["role", null],
    ["clock", true],
    ["bucket", true],
    ["put", true],
  ]);
  assert.match(checks[1]!.detail, /^unknown: denied: AccessDenied 403/);
  assert.match(checks[1]!.hint, /^Security Lake's provider role may not ask/);
  assert.equal(
    checks[4]!.detail,
    "s3://bucket can be reached; not allowed to look: AccessDenied 403: Access Denied",
  );
});

Deno.test("An unknown identity is a failure at AWS, but not at another store", async () => {
  await using sts = userSts({ accessKeyId: "AKIAANOTHERANOTHER12" });
  await using s3 = fakeS3(() => listing());
  const other = await runCheckOnline(bucketConfig(s3.endpoint), { sts });
  assert.equal(other.good, true);
  assert.equal(other.checks[1]!.ok, null);
  assert.match(other.checks[1]!.detail, /^unknown: InvalidClientTokenId 403/);
  // AWS's own endpoint, which this variable moves to where no request leaves this machine.
  const atAws = { AWS_SECURITYLAKE_FORCEPATHSTYLE: "true" };
  const aws = await runCheckOnline(bucketConfig("", atAws), {
    sts,
    environment: { AWS_ENDPOINT_URL_S3: s3.endpoint },
  });
  assert.equal(aws.good, false);
  assert.deepEqual(outcomesOf(aws.checks).filter(([, ok]) => ok === false), [["identity", false]]);
});

Deno.test("With aws.checkidentity: false nobody asks for the identity", async () => {
  await using sts = userSts();
  await using s3 = fakeS3(() => listing());
  const config = bucketConfig(s3.endpoint, { AWS_CHECKIDENTITY: "false" });
  const { good, checks } = await runCheckOnline(config, { sts });
  assert.equal(good, true);
  assert.equal(checks[1]!.detail, "aws.checkidentity is false");
  assert.deepEqual(sts.calls, []);
});

Deno.test("Without the probe nothing is put", async () => {
  await using sts = userSts();
  await using s3 = fakeS3(() => listing());
  const { good, checks } = await runCheckOnline(bucketConfig(s3.endpoint), { sts });
  assert.equal(good, true);
  assert.equal(checks.at(-1)?.check, "bucket");
  assert.deepEqual(s3.puts.map(({ method }) => method), ["GET"]);
});

Deno.test("A bucket that is not there, or elsewhere, and a put that is denied fail", async () => {
  await using sts = userSts();
  for (
    const [answer, hint] of [
      [() => s3Error(404, "NoSuchBucket"), /aws\.securitylake\.bucket/],
      [
        () => s3Error(301, "PermanentRedirect", "", "", { "x-amz-bucket-region": "eu-north-1" }),
        /eu-north-1/,
      ],
      [() => s3Error(403, "InvalidAccessKeyId"), /does not know this access key/],
    ] as const
  ) {
    await using s3 = fakeS3(answer);
    const { good, checks } = await runCheckOnline(bucketConfig(s3.endpoint), { sts });
    assert.equal(good, false);
    assert.deepEqual(outcomesOf(checks).at(-1), ["bucket", false]);
    assert.match(checks.at(-1)!.hint, hint);
  }
  await using s3 = fakeS3(denial);
  const { good, checks } = await runCheckOnline(bucketConfig(s3.endpoint), { sts, probe: true });
  assert.equal(good, false);
  assert.deepEqual(outcomesOf(checks).at(-1), ["put", false]);
  assert.match(checks.at(-1)!.hint, /s3:PutObject below aws\.securitylake\.prefix/);
});

Deno.test("What needs credentials, or the role, is skipped without them", async () => {
  await using sts = userSts({ externalId: "another" });
  const none = { AWS_ACCESSKEYID: "", AWS_SECRETACCESSKEY: "" };
  const without = await runCheckOnline(bucketConfig("http://127.0.0.1:9", none), {
    sts,
    probe: true,
    environment: NO_CREDENTIALS,
  });
  assert.equal(without.good, false);
  assert.deepEqual(outcomesOf(without.checks), [
    ["credentials", false],
    ["identity", null],
    ["role", null],
    ["clock", null],
    ["bucket", null],
    ["put", null],
  ]);
  const role = { AWS_ROLEARN: ROLE_ARN };
  const refused = await runCheckOnline(bucketConfig("http://127.0.0.1:9", role), {
    sts,
    probe: true,
  });
  assert.equal(refused.good, false);
  assert.deepEqual(outcomesOf(refused.checks), [
    ["credentials", true],
    ["identity", true],
    ["role", false],
    ["clock", null],
    ["bucket", null],
    ["put", null],
  ]);
  assert.match(refused.checks[2]!.hint, /aws\.externalid/);
});

Deno.test("Credentials of the environment are named as such, by their last characters", async () => {
  await using sts = userSts();
  await using s3 = fakeS3(() => listing());
  const none = { AWS_ACCESSKEYID: "", AWS_SECRETACCESSKEY: "" };
  const { good, checks } = await runCheckOnline(bucketConfig(s3.endpoint, none), {
    sts,
    environment: {
      ...NO_CREDENTIALS,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    },
  });
  assert.equal(good, true);
  assert.equal(checks[0]!.detail, "from environment variables, access key …L123");
  assert.equal(JSON.stringify(checks).includes(SECRET_KEY), false);
});

Deno.test("A clock is in order, suspicious, or wrong", async () => {
  await using sts = userSts();
  const second = Math.floor(Date.now() / 1000) * 1000;
  // S3's clock is right, or the SDK would correct its own by it.
  const headers = { date: new Date(second).toUTCString() };
  await using s3 = fakeS3(() => new Response("<ListBucketResult></ListBucketResult>", { headers }));
  for (
    const [ahead, ok, detail, hint] of [
      [0, true, "as S3's", ""],
      [30, true, "30 s ahead of S3's", ""],
      [-120, true, "120 s behind S3's", "set this host's clock; use NTP"],
      [301, false, "301 s ahead of S3's", "set this host's clock; use NTP"],
    ] as const
  ) {
    const clock = { ...systemClock, now: () => second + 500 + ahead * 1000 };
    const { good, checks } = await runCheckOnline(bucketConfig(s3.endpoint), { sts, clock });
    const check = checks.find((one) => one.check === "clock");
    assert.deepEqual(check, { check: "clock", ok, detail, hint });
    assert.equal(good, ok);
  }
});

Deno.test("What does not answer is given up after ten seconds each", async () => {
  const released = Promise.withResolvers<void>();
  const limits: number[] = [];
  const sleepers = new Set<() => void>();
  const hang = async () => {
    // The oldest is the limit of what is looked at; its request has one of its own.
    const [oldest] = sleepers;
    oldest!();
    await released.promise;
  };
  await using sts = userSts({
    decide: async ({ action }) => {
      if (action === "GetCallerIdentity") await hang();
      return undefined;
    },
  });
  await using s3 = fakeS3(async () => {
    await hang();
    return 500;
  });
  // A limit is over as soon as a request hangs.
  const clock = {
    ...systemClock,
    sleep: (milliseconds: number, signal?: AbortSignal) => {
      limits.push(milliseconds);
      return new Promise<void>((resolve) => {
        sleepers.add(resolve);
        signal?.addEventListener("abort", () => {
          sleepers.delete(resolve);
          resolve();
        });
      });
    },
  };
  const config = bucketConfig(s3.endpoint, { AWS_ROLEARN: ROLE_ARN });
  const { good, checks } = await runCheckOnline(config, { sts, probe: true, clock });
  released.resolve();
  assert.equal(good, false);
  assert.deepEqual(outcomesOf(checks), [
    ["credentials", true],
    ["identity", null],
    ["role", true],
    ["clock", null],
    ["bucket", false],
    ["put", false],
  ]);
  for (const check of [checks[1]!, checks[4]!, checks[5]!]) {
    assert.match(check.detail, /^(unknown: )?TimeoutError: no answer in 10 s$/);
  }
  assert.ok(limits.every((limit) => limit > 9_000 && limit <= 10_000), `${limits}`);
});

Deno.test("For people there is a line for each", async () => {
  await using sts = userSts();
  await using s3 = fakeS3(denial);
  const process = fakeProcess();
  await withEnvironment({ AWS_ENDPOINT_URL_STS: sts.endpoint }, async () => {
    const good = await checkOnline(
      bucketConfig(s3.endpoint),
      { probe: true, json: false },
      process,
    );
    assert.equal(good, false);
  });
  assert.deepEqual(process.lines().filter((line) => !/ clock /.test(line)), [
    "ok       credentials  from aws.accesskeyid of the configuration, access key …L123",
    `ok       identity     ${USER_ARN} (account 123456789012)`,
    "skipped  role         aws.rolearn is not set",
    "ok       bucket       s3://bucket can be reached; not allowed to look: AccessDenied 403: " +
    "Access Denied",
    "FAILED   put          AccessDenied 403: Access Denied; look at the role's policy " +
    "(s3:PutObject below aws.securitylake.prefix), its permissions boundary, the bucket's policy " +
    "and its KMS key",
  ]);
});

Deno.test("Authorities that cannot be read are named, and everything else is looked at without them", async () => {
  const config = bucketConfig("https://localhost:9", { TLSCLIENT_CACERTFILE: "/none.pem" });
  const { checks } = await runCheckOnline(config);
  const [first, ...others] = outcomesOf(checks);
  assert.deepEqual(first, ["authorities", null]);
  assert.ok(others.length > 1);
  assert.match(checks[0]!.detail, /^tlsclient\.cacertfile: cannot read \/none\.pem/);
});
