import type { Config } from "../config/config.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disk } from "../platform/disk.ts";
import type { Random } from "../platform/random.ts";
import type { Log } from "../telemetry/log.ts";
import type { ClockWatch } from "./clock_watch.ts";
import { folderStore } from "./folder_store.ts";
import { watchIdentity } from "./identity.ts";
import { isForeign } from "./is_foreign.ts";
import { LOGGED_NAME } from "./output_name.ts";
import { s3Store } from "./s3_store.ts";
import type { Store } from "./store.ts";
import { readSurroundings } from "./surroundings.ts";

export interface LakeDependencies {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly clockWatch: ClockWatch;
}

/** Where objects go, and what else is asked there. */
export interface Lake {
  readonly store: Store;
  /** Tells the log about it, and tries it as far as that costs nothing. Never rejects. */
  announce(): Promise<void>;
  /** Begins to ask AWS whose the credentials are, for the log, where that is wanted. */
  identify(): void;
  /** Asks nothing any more; the store goes on. */
  forget(): void;
}

/** The lake of a configuration: a folder, or a bucket. */
export async function openLake(
  { aws, lake: { directory }, tlsclient }: Config,
  { disk, clock, random, log, clockWatch }: LakeDependencies,
): Promise<Lake> {
  if (directory !== "") {
    const store = folderStore(disk, directory);
    return { store, announce: () => announce(store, log), identify: () => {}, forget: () => {} };
  }
  const surroundings = await readSurroundings(tlsclient.cacertfile, disk, clock);
  const { problem } = surroundings;
  if (problem !== undefined) log.warn(`${problem}; going on with the built-in authorities alone`);
  const answered = clockWatch.saw.bind(clockWatch);
  const store = await s3Store(aws, { surroundings, clock, log, answered });
  const forgetting = new AbortController();
  const { signal } = forgetting;
  return {
    store,
    announce: () => announce(store, log),
    identify: () => {
      // A store of one's own has keys of its own, which are none of AWS's business.
      const isAws = !isForeign(aws) || aws.rolearn !== "";
      if (!aws.checkidentity || !isAws) return;
      watchIdentity(aws, { log, clock, random, signal, surroundings });
    },
    forget: () => forgetting.abort(),
  };
}

async function announce(store: Store, log: Log): Promise<void> {
  log.info(`${LOGGED_NAME} - writes to ${store.location}`);
  try {
    await store.probe();
  } catch (error) {
    log.error(
      `${LOGGED_NAME} - ${store.location} cannot be written to: ${(error as Error).message}; ` +
        `events wait on disk until it can`,
    );
  }
}
