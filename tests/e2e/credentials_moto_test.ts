import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { makeEvent } from "../support/make_event.ts";
import { NO_MOTO, startMoto } from "../support/moto.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

testUnless(
  NO_MOTO,
  "moto knows the agent's identity, gives it a role's session, and keeps its objects",
  async () => {
    await using box = sandbox();
    await using moto = await startMoto();
    const keys = { accessKeyId: "AKIAEXAMPLEEXAMPL123", secretAccessKey: "a-secret-of-motos" };
    const s3 = new S3Client({
      endpoint: moto.endpoint,
      region: "eu-west-1",
      forcePathStyle: true,
      credentials: keys,
    });
    const Bucket = "aws-security-data-lake-eu-west-1-test";
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
      }),
    );
    const agent = await box.start({
      environment: {
        ...box.environment,
        AWS_ACCESSKEYID: keys.accessKeyId,
        AWS_SECRETACCESSKEY: keys.secretAccessKey,
        AWS_REGION: "eu-west-1",
        AWS_ROLEARN: "arn:aws:iam::123456789012:role/AmazonSecurityLake-Provider-falco-eu-west-1",
        AWS_EXTERNALID: "acme-falco",
        AWS_ENDPOINT_URL_S3: moto.endpoint,
        AWS_ENDPOINT_URL_STS: moto.endpoint,
        AWS_SECURITYLAKE_BUCKET: Bucket,
        AWS_SECURITYLAKE_PREFIX: "ext/falco",
        AWS_SECURITYLAKE_REGION: "eu-west-1",
        AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
      },
    });
    await agent.logged(/AWS - the credentials are those of arn:aws:.* \(account 123456789012\)/);
    await post(agent, [makeEvent(1), makeEvent(2)].join("\n"));
    await flush(agent);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    assert.equal(Contents.length, 1);
    const { Key } = Contents[0]!;
    assert.match(
      Key!,
      /^ext\/falco\/region=eu-west-1\/accountId=123456789012\/eventDay=20261121\//,
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal((await readRows(await Body!.transformToByteArray())).length, 2);
    assert.doesNotMatch(agent.log(), /attempt 1\)/);
    assert.equal(await agent.stop(), 0);
    s3.destroy();
  },
);
