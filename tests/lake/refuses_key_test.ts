import assert from "node:assert/strict";
import { refusesKey } from "../../src/lake/may_be_stored.ts";

const error = (name: string, httpStatusCode: number, message = "") =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

/** What was thrown, and whether S3 says by it that the key may not be written. */
const ERRORS: readonly [what: string, thrown: unknown, refuses: boolean][] = [
  ["S3's AccessDenied", error("AccessDenied", 403, "Access Denied"), true],
  [
    "S3's AccessDenied with a reason",
    error("AccessDenied", 403, "not authorized to perform: s3:PutObject on resource"),
    true,
  ],
  [
    "STS's AccessDenied",
    error("AccessDenied", 403, "not authorized to perform: sts:AssumeRole"),
    false,
  ],
  [
    "AccessDenied by KMS",
    error("AccessDenied", 403, "not authorized to perform: kms:GenerateDataKey"),
    false,
  ],
  ["a proxy's 403", error("Unknown", 403, "UnknownError"), false],
  ["a missing bucket", error("NoSuchBucket", 404), false],
  ["expired credentials", error("ExpiredToken", 400), false],
  ["no answer", new Error("connect ECONNREFUSED"), false],
  ["something else", "text", false],
];

for (const [what, thrown, refuses] of ERRORS) {
  Deno.test(`${what} ${refuses ? "refuses the key" : "says nothing about the key"}`, () => {
    assert.equal(refusesKey(thrown), refuses);
  });
}
