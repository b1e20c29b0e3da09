import assert from "node:assert/strict";
import { describeAwsError } from "../../src/lake/aws_error.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import { bucketConfig } from "../support/aws.ts";
import { fakeS3, s3Error } from "../support/fake_s3.ts";

/** What a store answers, and whether that is about this object and no other. */
const ANSWERS: readonly [status: number, code: string, refuses: boolean][] = [
  [400, "EntityTooLarge", true],
  [400, "InvalidRequest", true],
  [400, "KeyTooLongError", true],
  [400, "BadDigest", true],
  [400, "SomethingNew", true],
  [413, "", true],
  [400, "", true],
  [422, "", true],
  [400, "ExpiredToken", false],
  [400, "AuthorizationHeaderMalformed", false],
  [400, "RequestTimeout", false],
  [301, "PermanentRedirect", false],
  [403, "AccessDenied", false],
  [403, "RequestTimeTooSkewed", false],
  [403, "SignatureDoesNotMatch", false],
  [403, "", false],
  [404, "NoSuchBucket", false],
  [404, "", false],
  [429, "", false],
  [503, "SlowDown", false],
  [500, "InternalError", false],
];

for (const [status, code, refuses] of ANSWERS) {
  Deno.test(`${status} ${code || "without a code"} ${refuses ? "refuses the object" : "says nothing about the object"}`, async () => {
    await using s3 = fakeS3(() => code ? s3Error(status, code) : new Response("", { status }));
    const store = await s3Store(bucketConfig(s3.endpoint).aws);
    const error = await store.put("key", new Uint8Array(3), new AbortController().signal).then(
      () => assert.fail("it was taken"),
      (error: unknown) => error,
    );
    assert.equal(store.explain(error).refusesObject, refuses, store.explain(error).text);
  });
}

Deno.test("What is no answer says nothing about the object", () => {
  for (
    const error of [
      new Error("connect ECONNREFUSED"),
      new DOMException("no answer", "TimeoutError"),
      "nothing",
    ]
  ) {
    assert.equal(describeAwsError(error).refusesObject, false);
  }
});
