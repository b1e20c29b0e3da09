import assert from "node:assert/strict";
import { describeAwsError } from "../../src/lake/aws_error.ts";
import type { Blame } from "../../src/lake/poison.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import { bucketConfig } from "../support/aws.ts";
import { fakeS3, s3Error } from "../support/fake_s3.ts";

/** What a store answers, and whether that is about this object and no other. */
const ANSWERS: readonly [status: number, code: string, refuses: Blame][] = [
  [400, "EntityTooLarge", "sure"],
  [400, "InvalidRequest", "possible"],
  [400, "KeyTooLongError", "sure"],
  [400, "BadDigest", "sure"],
  [400, "SomethingNew", "possible"],
  [413, "", "sure"],
  [400, "", "sure"],
  [422, "", "possible"],
  [400, "ExpiredToken", "none"],
  [400, "AuthorizationHeaderMalformed", "none"],
  [400, "RequestTimeout", "none"],
  [301, "PermanentRedirect", "none"],
  [403, "AccessDenied", "none"],
  [403, "RequestTimeTooSkewed", "none"],
  [403, "SignatureDoesNotMatch", "none"],
  [403, "", "none"],
  [404, "NoSuchBucket", "none"],
  [404, "", "none"],
  [429, "", "none"],
  [503, "SlowDown", "none"],
  [500, "InternalError", "none"],
  [407, "", "none"],
  [408, "", "none"],
  [409, "OperationAborted", "possible"],
  [400, "KMS.ThrottlingException", "none"],
];

const WORDS: Readonly<Record<Blame, string>> = {
  sure: "refuses the object",
  possible: "may be about the object",
  none: "says nothing about the object",
};

for (const [status, code, refuses] of ANSWERS) {
  Deno.test(`${status} ${code || "without a code"} ${WORDS[refuses]}`, async () => {
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
    assert.equal(describeAwsError(error).refusesObject, "none");
  }
});
