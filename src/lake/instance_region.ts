import { request } from "node:http";
import process from "node:process";
import type { Clock } from "../platform/clock.ts";
import { inTime } from "./in_time.ts";

/** Milliseconds for both requests: where there is no metadata service, nothing answers at all. */
const TIMEOUT = 1_000;

/**
 * The region of the EC2 instance that this runs on, as its metadata service says (IMDSv2; EC2 user
 * guide, "Use the Instance Metadata Service"). The variables are those that the SDK reads as well.
 *
 * @returns "" when there is none to ask, it does not answer at once, or says nothing like a region
 */
export async function instanceRegion(clock: Clock): Promise<string> {
  if (process.env["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true") return "";
  try {
    return await inTime(clock, TIMEOUT, async (signal) => {
      const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
      const token = await ask("PUT", "/latest/api/token", ttl, signal);
      const path = "/latest/meta-data/placement/region";
      const region = await ask("GET", path, { "x-aws-ec2-metadata-token": token }, signal);
      return isRegion(region) ? region : "";
    });
  } catch (error) {
    // Most machines are no instances, which shows in many ways, and there is another region to use.
    if (error instanceof Error) return "";
    throw error;
  }
}

/** Whether this looks like a region's name: "eu-west-1", "us-gov-east-1". */
export const isRegion = (text: string): boolean => /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(text);

/** @throws when it does not answer 200 */
function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const answer = Promise.withResolvers<string>();
  request(new URL(path, endpoint()), { method, headers: { ...headers }, signal }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (piece: string) => text += piece);
    response.on("error", answer.reject);
    response.on("end", () => {
      if (response.statusCode === 200) answer.resolve(text.trim());
      else answer.reject(new Error(`${method} ${path} answered ${response.statusCode}`));
    });
  }).on("error", answer.reject).end();
  return answer.promise;
}

function endpoint(): string {
  const { AWS_EC2_METADATA_SERVICE_ENDPOINT: own, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: mode } =
    process.env;
  return own ??
    (mode?.toLowerCase() === "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
}
