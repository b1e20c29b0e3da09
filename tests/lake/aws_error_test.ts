import { NoSuchBucket } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { type AwsErrorDescription, describeAwsError } from "../../src/lake/aws_error.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import { withoutSecrets } from "../../src/lake/without_secrets.ts";
import { ACCESS_KEY, bucketConfig, NO_CREDENTIALS, SECRET_KEY } from "../support/aws.ts";
import { withEnvironment } from "../support/environment.ts";
import { fakeS3, s3Error } from "../support/fake_s3.ts";

const never = new AbortController().signal;

/** What is said of the error that a put to such a place ends with. */
async function describePut(
  endpoint: string,
  more: Readonly<Record<string, string>> = {},
): Promise<AwsErrorDescription> {
  const store = await s3Store(bucketConfig(endpoint, more).aws);
  try {
    await store.put("a", new Uint8Array(1), never);
  } catch (error) {
    return describeAwsError(error);
  }
  throw new Error("The put should have failed");
}

async function describeAnswer(answer: () => Response): Promise<AwsErrorDescription> {
  await using s3 = fakeS3(answer);
  return await describePut(s3.endpoint);
}

const html = (status: number) => () => new Response("<html><body>No</body></html>", { status });

/** An answer, and what is said of it: class, text, hint. */
const ANSWERS: [() => Response, AwsErrorDescription["class"], string, RegExp][] = [
  [
    () => s3Error(403, "AccessDenied", "Access Denied"),
    "access",
    "AccessDenied 403: Access Denied",
    /s3:PutObject .* bucket's policy and its KMS key/,
  ],
  [
    () =>
      s3Error(
        403,
        "AccessDenied",
        "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: kms:GenerateDataKey",
      ),
    "access",
    "AccessDenied 403: User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: " +
    "kms:GenerateDataKey",
    /KMS key must be enabled/,
  ],
  [
    () => s3Error(404, "NoSuchBucket", "The specified bucket does not exist"),
    "notfound",
    "NoSuchBucket 404: The specified bucket does not exist",
    /aws\.securitylake\.bucket/,
  ],
  [
    () => s3Error(400, "ExpiredToken", "The provided token has expired."),
    "credentials",
    "ExpiredToken 400: The provided token has expired.",
    /must renew them/,
  ],
  [
    () => s3Error(403, "InvalidAccessKeyId", `The key ${ACCESS_KEY} does not exist`),
    "credentials",
    "InvalidAccessKeyId 403: The key …L123 does not exist",
    /deleted or made inactive/,
  ],
  [
    () =>
      s3Error(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match.",
        `<AWSAccessKeyId>${ACCESS_KEY}</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256\nx` +
          `</StringToSign><SignatureProvided>0123</SignatureProvided>`,
      ),
    "credentials",
    "SignatureDoesNotMatch 403: The request signature we calculated does not match.",
    /secret key does not belong/,
  ],
  [
    () =>
      s3Error(
        400,
        "AuthorizationHeaderMalformed",
        "the region 'eu-west-1' is wrong; expecting 'eu-north-1'",
        "<Region>eu-north-1</Region>",
      ),
    "other",
    "AuthorizationHeaderMalformed 400: the region 'eu-west-1' is wrong; expecting 'eu-north-1'",
    /^the bucket is in eu-north-1: see aws\.region/,
  ],
  [
    () =>
      s3Error(301, "PermanentRedirect", "Use another endpoint.", "", {
        "x-amz-bucket-region": "eu-north-1",
      }),
    "other",
    "PermanentRedirect 301: Use another endpoint.",
    /^the bucket is in eu-north-1/,
  ],
  [
    () => s3Error(400, "IllegalLocationConstraintException", "The x location is incompatible"),
    "other",
    "IllegalLocationConstraintException 400: The x location is incompatible",
    /^the bucket is in another region/,
  ],
  [() => s3Error(503, "SlowDown", "Reduce your rate."), "throttled", "SlowDown 503: Reduce", /^$/],
  [() => new Response("", { status: 429 }), "throttled", "Unknown 429: UnknownError", /^$/],
  [() => new Response("", { status: 503 }), "throttled", "Unknown 503: UnknownError", /^$/],
  [() => s3Error(500, "InternalError", "We failed."), "server", "InternalError 500: We", /^$/],
  [html(502), "server", "Unknown 502: UnknownError", /^$/],
  [
    () => s3Error(403, "RequestTimeTooSkewed", "The difference is too large."),
    "clockskew",
    "RequestTimeTooSkewed 403: The difference is too large.",
    /NTP/,
  ],
  [() => new Response("denied by the proxy", { status: 403 }), "access", "Error 403: ", /proxies/],
  [() => new Response("", { status: 404 }), "notfound", "NotFound 404: ", /forcepathstyle/],
  [() => s3Error(400, "EntityTooLarge", "Too big."), "other", "EntityTooLarge 400: Too big.", /^$/],
];

Deno.test("describeAwsError() classifies what S3 answers and says what to do", async () => {
  for (const [answer, kind, text, hint] of ANSWERS) {
    const description = await describeAnswer(answer);
    assert.equal(description.class, kind, text);
    assert.ok(description.text.startsWith(text), `${description.text} instead of ${text}`);
    assert.match(description.hint, hint, text);
  }
});

Deno.test("describeAwsError() classifies connections that fail", async () => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  const cases: [string, RegExp, RegExp][] = [
    [`http://127.0.0.1:${port}`, /^ECONNREFUSED: connect ECONNREFUSED/, /nothing listens/],
    [
      "http://no-such-host.invalid",
      /^ENOTFOUND: getaddrinfo/,
      /cannot be resolved.*forcepathstyle/,
    ],
  ];
  for (const [endpoint, text, hint] of cases) {
    const description = await describePut(endpoint);
    assert.equal(description.class, "network");
    assert.match(description.text, text);
    assert.match(description.hint, hint);
  }
  await using s3 = fakeS3(() => 200);
  const wrongProtocol = await describePut(s3.endpoint.replace("http:", "https:"));
  assert.equal(wrongProtocol.class, "network");
});

Deno.test("describeAwsError() says where credentials could come from", async () => {
  await withEnvironment(NO_CREDENTIALS, async () => {
    const description = await describePut("http://127.0.0.1:9", {
      AWS_ACCESSKEYID: "",
      AWS_SECRETACCESSKEY: "",
    });
    assert.equal(description.class, "credentials");
    assert.match(description.text, /^CredentialsProviderError: Could not load credentials/);
    assert.match(description.hint, /AWS_ACCESS_KEY_ID/);
  });
  const webIdentity = {
    ...NO_CREDENTIALS,
    AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token",
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/pod",
  };
  await withEnvironment(webIdentity, async () => {
    const description = await describePut("http://127.0.0.1:9", {
      AWS_ACCESSKEYID: "",
      AWS_SECRETACCESSKEY: "",
    });
    assert.equal(description.class, "credentials");
    assert.match(description.hint, /AWS_WEB_IDENTITY_TOKEN_FILE/);
  });
});

Deno.test("describeAwsError() looks into causes and takes whatever is thrown", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED ::1:80"), { code: "ECONNREFUSED" });
  const both = new AggregateError([refused, refused], "");
  assert.deepEqual(describeAwsError(Object.assign(both, { code: "ECONNREFUSED" })), {
    class: "network",
    text: "ECONNREFUSED: connect ECONNREFUSED ::1:80, connect ECONNREFUSED ::1:80",
    hint: "nothing listens there: see the endpoint's host and port, and firewalls",
    refusesObject: "none",
  });
  const wrapped = new Error("Could not assume", { cause: refused });
  assert.equal(describeAwsError(wrapped).class, "network");
  const circular = new Error("a");
  circular.cause = circular;
  assert.equal(describeAwsError(circular).class, "other");
  for (const thrown of ["text", undefined, null, 7, {}]) {
    assert.equal(describeAwsError(thrown).class, "other");
  }
  const modelled = new NoSuchBucket({ message: "none", $metadata: { httpStatusCode: 404 } });
  assert.equal(describeAwsError(modelled).class, "notfound");
});

Deno.test("withoutSecrets() leaves one line without keys, tokens and signatures", () => {
  const token = "IQoJb3JpZ2luX2VjEJr//////////wEaCWV1LXdlc3QtMSJHMEUCIQD0vjI5n1lB7Wk3nW9y";
  const signature = "a9b8c7d6e5f4".repeat(6).slice(0, 64);
  assert.equal(
    withoutSecrets(`${ACCESS_KEY} ${SECRET_KEY} ${token} Signature=${signature}\nnext`),
    "…L123 … … Signature=… next",
  );
  assert.equal(
    withoutSecrets(
      "The signature does not match.\n\nThe Canonical String for this request should have been\n" +
        "'POST\nx-amz-security-token:abc'",
    ),
    "The signature does not match.",
  );
  const harmless = "arn:aws:sts::123456789012:assumed-role/AmazonSecurityLake-Provider-falco-" +
    "eu-west-1/falco-lake-ip-10-0-0-1 may not kms:GenerateDataKey on arn:aws:kms:eu-west-1:1:key/" +
    "0b9f2f7c-3e5c-4ad7-9a0e-1d1a5e4c6f11 of /var/run/secrets/eks.amazonaws.com/serviceaccount/token";
  assert.equal(withoutSecrets(harmless), harmless);
  assert.equal(withoutSecrets("x ".repeat(1000)).length, 400);
});
