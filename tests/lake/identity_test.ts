import assert from "node:assert/strict";
import { watchIdentity } from "../../src/lake/identity.ts";
import { isForeign } from "../../src/lake/is_foreign.ts";
import { captureLog } from "../support/capture_log.ts";
import { bucketConfig, NO_CREDENTIALS, ROLE_ARN, SECRET_KEY, userSts } from "../support/aws.ts";
import { withEnvironment } from "../support/environment.ts";
import { USER_ARN } from "../support/cloud/iam.ts";
import type { Service } from "../support/cloud/service.ts";
import { stsError } from "../support/cloud/sts.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { fixedRandom } from "../support/open_buffer.ts";

const random = { ...fixedRandom, fraction: () => 0 };
const config = (more: Readonly<Record<string, string>> = {}) =>
  bucketConfig("", { AWS_SECURITYLAKE_FORCEPATHSTYLE: "false", ...more });

/** A log whose next line can be waited for. */
function lineLog() {
  const log = captureLog();
  let next = Promise.withResolvers<void>();
  const told = <T>(write: (message: string) => T) => (message: string) => {
    write(message);
    next.resolve();
  };
  return {
    lines: log.lines,
    log: { debug: told(log.debug), info: told(log.info), warn: told(log.warn), error: log.error },
    line: async () => {
      await next.promise;
      next = Promise.withResolvers();
    },
  };
}

/** An STS that answers when it is released, and then too late. */
function hangingSts() {
  const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const sts = userSts({
    decide: async () => {
      asked.resolve();
      await released.promise;
      return stsError(500, "InternalFailure", "too late");
    },
  });
  return { sts, asked: asked.promise, release: () => released.resolve() };
}

/** Runs a watch against an STS; the environment names it until the watch is over. */
async function watching(
  sts: Service,
  aws: ReturnType<typeof config>["aws"],
  test: (
    watch: { lines: string[]; line(): Promise<void>; clock: ManualClock; end: AbortController },
  ) => Promise<void>,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  const variables = { AWS_ENDPOINT_URL_STS: sts.endpoint, ...environment };
  await withEnvironment(variables, async () => {
    const { log, lines, line } = lineLog();
    const [clock, end] = [new ManualClock(0), new AbortController()];
    const done = watchIdentity(aws, { log, clock, random, signal: end.signal });
    try {
      await test({ lines, line, clock, end });
    } finally {
      end.abort();
      await done;
    }
  });
}

Deno.test("watchIdentity() tells the log once whose the credentials are", async () => {
  await using sts = userSts();
  await watching(sts, config({ AWS_ROLEARN: ROLE_ARN }).aws, async ({ lines, line }) => {
    await line();
    assert.deepEqual(lines, [
      `INFO AWS - the credentials are those of ${USER_ARN} (account 123456789012); uploads assume ` +
      `the role ${ROLE_ARN}`,
    ]);
  });
  assert.deepEqual(sts.calls.map(({ action }) => action), ["GetCallerIdentity"]);
});

Deno.test("watchIdentity() asks again after growing pauses, up to an hour", async () => {
  let answers = 0;
  const denied = "User: arn:aws:sts::1:assumed-role/p/s is not authorized to perform: " +
    "sts:GetCallerIdentity with an explicit deny in a permissions boundary";
  await using sts = userSts({
    decide: () => ++answers <= 8 ? stsError(403, "AccessDenied", denied) : undefined,
  });
  await watching(sts, config().aws, async ({ lines, line, clock }) => {
    await line();
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const before = lines.length;
      await clock.advance(minutes * 60_000 - 1, () => Promise.resolve());
      assert.equal(lines.length, before);
      await clock.advance(1, () => Promise.resolve());
      await line();
    }
    assert.equal(lines.length, 9);
    assert.equal(
      lines[0],
      `WARN AWS - cannot tell whose the credentials are: AccessDenied 403: ${denied} (Security ` +
        `Lake's provider role may not ask who it is: nothing is wrong then, and ` +
        `aws.checkidentity: false ends the question); uploads go on regardless; asking again in ` +
        `1 min`,
    );
    assert.match(lines[7]!, /^WARN .* asking again in 60 min$/);
    assert.match(lines[8]!, /^INFO /);
  });
});

Deno.test("watchIdentity() says what is wrong, and never a secret", async () => {
  const wrong: [Readonly<Record<string, string>>, RegExp][] = [
    [{ AWS_SECRETACCESSKEY: "wrongwrongwrongwrongwrongwrongwrong12345" }, /SignatureDoesNotMatch/],
    [{ AWS_ACCESSKEYID: "AKIAWRONGWRONGWRONG1" }, /InvalidClientTokenId 403: .* deleted or made/],
    [{ AWS_ACCESSKEYID: "", AWS_SECRETACCESSKEY: "" }, /CredentialsProviderError: .* give the pod/],
  ];
  await using sts = userSts();
  for (const [more, expected] of wrong) {
    const { aws } = config(more);
    await watching(sts, aws, async ({ lines, line }) => {
      await line();
      assert.match(lines[0]!, expected);
      assert.match(lines[0]!, /^WARN /);
      for (const secret of [SECRET_KEY, ...Object.values(more)]) {
        if (secret !== "") assert.equal(lines[0]!.includes(secret), false);
      }
    }, NO_CREDENTIALS);
  }
});

Deno.test("watchIdentity() gives an attempt up after a minute", async () => {
  const { sts: hanging, asked, release } = hangingSts();
  await using sts = hanging;
  await watching(sts, config().aws, async ({ lines, line, clock }) => {
    await asked;
    await clock.advance(60_000, () => Promise.resolve());
    await line();
    assert.match(lines[0]!, /TimeoutError: no answer in 60 s \(no answer in time: see firewalls/);
  });
  release();
});

Deno.test("watchIdentity() asks with STS's time when its own was refused", async () => {
  await using sts = userSts();
  sts.iam.clockOffset = 20 * 60_000;
  await watching(sts, config().aws, async ({ lines, line, clock }) => {
    await line();
    assert.match(lines[0]!, /^WARN .*Signature expired.*use NTP/);
    await clock.advance(60_000, () => Promise.resolve());
    await line();
    assert.match(lines[1]!, /^INFO /);
  });
});

Deno.test("watchIdentity() ends with its signal, while it asks and while it pauses", async () => {
  const { sts: hanging, asked, release } = hangingSts();
  await using sts = hanging;
  await watching(sts, config().aws, async ({ lines, end }) => {
    await asked;
    end.abort();
    assert.deepEqual(lines, []);
  });
  release();
  await using refusing = userSts({ decide: () => stsError(500, "InternalFailure", "") });
  await watching(refusing, config().aws, async ({ line, end }) => {
    await line();
    end.abort();
  });
});

Deno.test("watchIdentity() asks once when the store is not AWS's", async () => {
  await using sts = userSts({ accessKeyId: "AKIAANOTHERANOTHER12" });
  await watching(sts, bucketConfig("http://minio:9000").aws, async ({ lines, line, clock }) => {
    await line();
    await clock.advance(3_600_000, () => Promise.resolve());
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /^WARN .*InvalidClientTokenId.*; aws\.securitylake\.endpoint is none/);
  });
  assert.equal(sts.calls.length, 1);
});

Deno.test("isForeign() knows AWS's own endpoints", () => {
  for (
    const [endpoint, foreign] of [
      ["", false],
      ["https://s3.eu-west-1.amazonaws.com", false],
      ["https://bucket.vpce-1a2b-3c4d.s3.eu-west-1.vpce.amazonaws.com/", false],
      ["https://s3.cn-north-1.amazonaws.com.cn", false],
      ["http://minio:9000", true],
      ["https://amazonaws.com.example.org", true],
    ] as const
  ) assert.equal(isForeign(bucketConfig(endpoint).aws), foreign, endpoint);
});
