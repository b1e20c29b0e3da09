import assert from "node:assert/strict";
import { describeAwsError } from "../../src/lake/aws_error.ts";

const WHO =
  "User: arn:aws:sts::123456789012:assumed-role/falco/falco-lake-node is not authorized " +
  'to perform: s3:PutObject on resource: "arn:aws:s3:::bucket/ext/falco/x.parquet"';

/** How IAM ends its refusals, and what the hint names then. */
const ENDINGS: readonly [ending: string, hint: RegExp][] = [
  ["because no identity-based policy allows the s3:PutObject action", /policy of the role or user/],
  ["with an explicit deny in an identity-based policy", /policy of the role or user/],
  ["because no permissions boundary allows the s3:PutObject action", /permissions boundary/],
  ["with an explicit deny in a permissions boundary", /permissions boundary/],
  ["because no resource-based policy allows the s3:PutObject action", /bucket's policy/],
  ["with an explicit deny in a resource-based policy", /bucket's policy/],
  ["because no service control policy allows the s3:PutObject action", /organization/],
  ["with an explicit deny in a resource control policy", /organization/],
  ["because no VPC endpoint policy allows the s3:PutObject action", /VPC endpoint/],
  ["with an explicit deny in a session policy", /session/],
  ["", /role's policy .* boundary, the bucket's policy and its KMS key/],
];

for (const [ending, hint] of ENDINGS) {
  Deno.test(`A refusal ${ending || "that gives no reason"} names who can mend it`, () => {
    const error = Object.assign(new Error(`${WHO} ${ending}`), {
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    });
    const description = describeAwsError(error);
    assert.equal(description.class, "access");
    assert.match(description.hint, hint);
  });
}
