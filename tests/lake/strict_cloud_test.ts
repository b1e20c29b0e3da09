import { CreateMultipartUploadCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { type Cloud, cloud } from "../support/cloud/cloud.ts";

const KEY = "AKIAEXAMPLEEXAMPL123";
const OBJECT = { Bucket: "lake", Key: "ext/falco/a=b", Body: new Uint8Array([1, 2, 3]) };

/** A client of S3 in a cloud; what it has goes into its configuration. */
const clientOf = ({ s3 }: Cloud, more: Readonly<Record<string, unknown>> = {}) =>
  new S3Client({
    endpoint: s3.endpoint,
    region: "eu-west-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: KEY, secretAccessKey: "right" },
    ...more,
  });

Deno.test("The strict S3 takes a plain PutObject alone, as the provider role's boundary does", async () => {
  await using aws = cloud();
  aws.iam.addUser(KEY, "right");
  const client = clientOf(aws);
  await client.send(new PutObjectCommand(OBJECT));
  assert.deepEqual([...aws.s3.objects], [["/lake/ext/falco/a=b", OBJECT.Body]]);
  const denied = { name: "AccessDenied" };
  for (
    const more of [
      { ACL: "bucket-owner-full-control" },
      { Tagging: "a=b" },
      { ServerSideEncryption: "AES256" },
    ] as const
  ) await assert.rejects(client.send(new PutObjectCommand({ ...OBJECT, ...more })), denied);
  await assert.rejects(client.send(new CreateMultipartUploadCommand(OBJECT)), denied);
});

Deno.test("The strict S3 refuses other secrets, tokens and regions, and bodies without checksum", async () => {
  await using aws = cloud();
  aws.iam.addUser(KEY, "right");
  const session = aws.iam.addSession("arn:aws:sts::123456789012:assumed-role/a/b", 60);
  const put = (more: Readonly<Record<string, unknown>>) =>
    clientOf(aws, more).send(new PutObjectCommand(OBJECT));
  const refused: [Readonly<Record<string, unknown>>, string][] = [
    [{ credentials: { accessKeyId: KEY, secretAccessKey: "wrong" } }, "SignatureDoesNotMatch"],
    [{ credentials: { accessKeyId: "AKIA", secretAccessKey: "right" } }, "InvalidAccessKeyId"],
    [{ credentials: { ...session, sessionToken: "another" } }, "InvalidToken"],
    [{ region: "eu-west-2" }, "AuthorizationHeaderMalformed"],
    [{ systemClockOffset: 20 * 60_000 }, "RequestTimeTooSkewed"],
    [{ requestChecksumCalculation: "WHEN_REQUIRED" }, "BadDigest"],
  ];
  for (const [more, name] of refused) await assert.rejects(put(more), { name }, name);
  await put({ credentials: session });
  aws.iam.clockOffset = 61_000;
  await assert.rejects(put({ credentials: session }), { name: "ExpiredToken" });
});

Deno.test("The strict metadata service answers version 2 alone", async () => {
  await using aws = cloud();
  const { endpoint } = aws.imds;
  const path = "/latest/meta-data/iam/security-credentials/";
  const plain = await fetch(`${endpoint}${path}`);
  await plain.body?.cancel();
  assert.equal(plain.status, 401);
  const short = await fetch(`${endpoint}/latest/api/token`, { method: "PUT" });
  await short.body?.cancel();
  assert.equal(short.status, 400, "no TTL");
});
