import type { Check } from "../../src/cli/check_line.ts";
import { checkOnline } from "../../src/cli/check_online.ts";
import type { Config } from "../../src/config/config.ts";
import { type Clock, systemClock } from "../../src/platform/clock.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import type { Service } from "./cloud/service.ts";
import { withEnvironment } from "./environment.ts";
import { fakeProcess } from "./fake_process.ts";

/** S3's answer to who may list. */
export const listing = (): Response => new Response("<ListBucketResult></ListBucketResult>");

export interface CheckOnlineResult {
  readonly good: boolean;
  readonly checks: Check[];
}

export interface RunOptions {
  readonly sts?: Service;
  readonly probe?: boolean;
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Runs `checkOnline` with its JSON, against an STS. */
export async function runCheckOnline(
  config: Config,
  { sts, probe = false, clock = systemClock, environment = {} }: RunOptions = {},
): Promise<CheckOnlineResult> {
  const process = fakeProcess();
  let good = false;
  const variables = { ...(sts && { AWS_ENDPOINT_URL_STS: sts.endpoint }), ...environment };
  await withEnvironment(variables, async () => {
    const dependencies = { clock, disk: systemDisk };
    good = await checkOnline(config, { probe, json: true }, process, dependencies);
  });
  return { good, checks: process.lines().map((line) => JSON.parse(line)) };
}

/** What was looked at and what came of it. */
export const outcomesOf = (checks: readonly Check[]): [Check["check"], boolean | null][] =>
  checks.map(({ check, ok }) => [check, ok]);
