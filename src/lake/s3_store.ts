import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { Config } from "../config/config.ts";
import type { Store } from "./store.ts";

const CONNECTION_TIMEOUT = 10_000;
/** For a whole attempt, body included: 256 MiB at 1 MiB/s and some. */
const REQUEST_TIMEOUT = 300_000;

/**
 * A bucket. One PutObject per object: never multipart (the provider role's boundary denies cleaning
 * up after one), no ACL, tags or encryption headers (denied, or the bucket's business); a CRC-32
 * checksum that S3 verifies. Source: AWS user guide "Adding a custom source in Security Lake" and
 * the managed policy AmazonSecurityLakePermissionsBoundary.
 *
 * Credentials: the keys in the configuration, else the SDK's default chain.
 */
export async function s3Store(aws: Config["aws"]): Promise<Store> {
  // Loaded only when needed: it costs 60 ms and 30 MB, which an agent with a folder need not pay.
  const { PutObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  const { securitylake: lake, accesskeyid, secretaccesskey } = aws;
  const config: S3ClientConfig = {
    // falcosidekick uses securitylake.region for the key only; it is the bucket's region, so it
    // serves as the client's too unless aws.region says otherwise.
    region: aws.region || lake.region,
    forcePathStyle: lake.forcepathstyle,
    // The shipper repeats for ever, with its own pace and log lines; here only the quick second try.
    maxAttempts: 2,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    }),
    ...(lake.endpoint && { endpoint: lake.endpoint }),
    ...(accesskeyid && {
      credentials: { accessKeyId: accesskeyid, secretAccessKey: secretaccesskey },
    }),
  };
  const client = new S3Client(config);
  return {
    name: "AWSSecurityLake",
    location: `s3://${lake.bucket}`,
    probe: () => Promise.resolve(), // a request could fail for reasons that a PutObject does not have
    put: async (key, bytes, signal) => {
      // A Uint8Array is sent as one body with its hash; a stream would be sent in signed chunks,
      // which some S3-compatible stores keep wrongly.
      const command = new PutObjectCommand({ Bucket: lake.bucket, Key: key, Body: bytes });
      await client.send(command, { abortSignal: signal });
    },
  };
}
