import { listLake } from "../../src/cli/lake_files.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import type { MomentListener } from "./moments.ts";
import type { Tally } from "./tally.ts";

/** A lake that agents under torture write to. */
export interface TortureLake {
  /** What the agent needs to know to write to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder where its objects appear as files, if that is how its moments can be seen. */
  readonly watched?: string;
  /** What goes wrong with it, if anything may. */
  readonly chaos?: Chaos;
  /** Every object with its key. */
  objects(): AsyncIterable<readonly [key: string, bytes: Uint8Array]>;
}

/** A lake that fails on purpose. */
export interface Chaos {
  /** Told each moment of each upload, before the upload goes on. */
  listener: MomentListener;
  /** What became of the uploads. */
  readonly outcomes: Tally;
  /** How it was, counted in agents' lives. */
  readonly weathers: Tally;
  /** What it has seen that must not be. */
  readonly violations: string[];
  /** Whether nothing can be uploaded now. */
  readonly isAway: boolean;
  /** Begins another agent's life: what goes wrong may change. */
  nextRound(): void;
  /** From now on nothing goes wrong; resolves when what was under way has come to its end. */
  calm(): Promise<void>;
}

/** A lake in a folder. */
export function folderLake(directory: string): TortureLake {
  Deno.mkdirSync(directory, { recursive: true });
  return {
    environment: { LAKE_DIRECTORY: directory },
    watched: directory,
    objects: () => objectsIn(directory),
  };
}

/** The Parquet files below a folder, one after the other. */
export async function* objectsIn(
  directory: string,
): AsyncGenerator<readonly [key: string, bytes: Uint8Array]> {
  for (const { partition, name } of listLake(systemDisk, directory)) {
    const key = `${partition}/${name}`;
    yield [key, await Deno.readFile(`${directory}/${key}`)];
  }
}
