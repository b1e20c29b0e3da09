import { Buffer } from "../buffer/buffer.ts";
import { FolderHeldError } from "../buffer/home.ts";
import { environmentName } from "../config/environment_name.ts";
import type { Config } from "../config/config.ts";
import { parsePriority } from "../event/priority.ts";
import { systemClock } from "../platform/clock.ts";
import { type Disk, isNotFound } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { systemRandom } from "../platform/random.ts";
import { isWanted } from "../receiver/wanted.ts";
import { parseEvent } from "../event/parse.ts";
import type { Log } from "../telemetry/log.ts";

/** Where imported events go. */
export interface ImportTarget {
  /** For people: the folder, or the URL of a running agent. */
  readonly name: string;
  /** Stores all of them, durably, or throws why not. */
  store(payloads: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** How long a running agent may answer 503 before the import gives up, in tries of a second. */
const TRIES = 30;

/**
 * The configured buffer: by the agent that runs on it, or itself where none does.
 *
 * @throws when there is no buffer, when it belongs to another user, or when it cannot be opened
 */
export async function openImportTarget(
  config: Config,
  disk: Disk,
  log: Log,
  process: Process,
): Promise<ImportTarget> {
  const { directory, maxsize, segmentsize } = config.buffer;
  mustBeOurs(disk, directory);
  let buffer: Buffer;
  try {
    buffer = await Buffer.open({
      directory,
      maxSize: maxsize,
      segmentSize: segmentsize,
      whenFull: "reject", // nobody ships meanwhile: an import must not push out what waits
      sync: "always",
      owner: `pid ${process.pid}`,
    }, { disk, clock: systemClock, random: systemRandom, log });
  } catch (error) {
    if ((error as Error).cause instanceof FolderHeldError) return runningAgent(config);
    throw error;
  }
  const wanted = {
    minimumPriority: parsePriority(config.aws.securitylake.minimumpriority),
    dropInternal: config.lake.dropinternal,
  };
  return {
    name: directory,
    store: async (payloads) => {
      const kept = payloads.filter((payload) => {
        const parsed = parseEvent(new TextDecoder().decode(payload));
        return !parsed.ok || isWanted(parsed.event, wanted);
      });
      if (kept.length === 0) return;
      const outcome = await buffer.append(kept);
      if ("reason" in outcome) {
        throw new Error(`nothing from there on is stored: ${outcome.reason}`);
      }
    },
    close: () => buffer.close(),
  };
}

/** Files of another user's would keep the agent that runs as that user from starting. */
function mustBeOurs(disk: Disk, directory: string): void {
  try {
    const { owner, user } = disk.ownership(directory);
    if (owner === user) return;
    throw new Error(
      `${directory} belongs to uid ${owner}, and this runs as uid ${user}: run it as that user`,
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Error(
      `There is no buffer at ${directory}: set buffer.directory or BUFFER_DIRECTORY to the agent's`,
      { cause: error },
    );
  }
}

function runningAgent({ listenaddress, listenport, tlsserver, buffer }: Config): ImportTarget {
  const { deploy, notlspaths, notlsport } = tlsserver;
  const isPlain = !deploy || notlspaths.includes("/");
  if (!isPlain) {
    throw new Error(
      `An agent runs on ${buffer.directory} and takes events over TLS only, which import does not ` +
        "speak: stop it for the import",
    );
  }
  const [port, key] = deploy
    ? [notlsport, "tlsserver.notlsport"] as const
    : [listenport, "listenport"] as const;
  if (port === 0) {
    throw new Error(
      `An agent runs on ${buffer.directory}, and ${key} is 0: set ${
        environmentName(key)
      } to its port`,
    );
  }
  const isAll = listenaddress === "" || listenaddress === "0.0.0.0" || listenaddress === "::";
  const host = isAll ? "127.0.0.1" : listenaddress;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
  return {
    name: url,
    store: async (payloads) => {
      const body = new Blob(payloads.flatMap((payload) => [payload.slice(), "\n"]));
      for (let attempt = 1;; attempt++) {
        const { ok, status, text } = await post(url, body);
        if (ok) return;
        if (status !== 503 || attempt === TRIES) {
          throw new Error(`nothing from there on is stored: ${url} answered ${status}: ${text}`);
        }
        await systemClock.sleep(1000);
      }
    },
    close: () => Promise.resolve(),
  };
}

async function post(url: string, body: Blob) {
  try {
    const response = await fetch(url, { method: "POST", body });
    return { ok: response.ok, status: response.status, text: (await response.text()).trim() };
  } catch (error) {
    throw new Error(
      `whether those from there on are stored is not known: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
