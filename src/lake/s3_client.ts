import type { S3Client } from "@aws-sdk/client-s3";
import type { Config } from "../config/config.ts";
import { clientConfig, type Timeouts } from "./client_config.ts";
import type { Credentials } from "./credentials.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * A client for the bucket.
 *
 * @param credentials undefined for the SDK's default chain
 */
export async function s3Client(
  aws: Config["aws"],
  surroundings: Surroundings,
  timeouts: Timeouts,
  credentials: Credentials | (() => Promise<Credentials>) | undefined,
): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { endpoint, forcepathstyle } = aws.securitylake;
  return new S3Client({
    ...await clientConfig(aws, surroundings, timeouts),
    forcePathStyle: forcepathstyle,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
  });
}
