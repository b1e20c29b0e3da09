import { type Clock, systemClock } from "../platform/clock.ts";
import type { Disk } from "../platform/disk.ts";
import { isNotFound } from "../platform/disk.ts";
import { instanceRegion } from "./instance_region.ts";
import { profileValue } from "./profile_value.ts";

/** What clients of AWS need to know of the machine, beside the configuration's `aws`. */
export interface Surroundings {
  /** Certificates in PEM, trusted beside the built-in ones; none for those alone. */
  readonly authorities: readonly string[];
  /** For the name of an assumed role's session; "" when unknown. */
  readonly hostName: string;
  /** Of the profile in the shared files; "" for none. */
  readonly profileRegion?: string;
  /** Why the profile's credentials may not be found, for when none are; "" for nothing known. */
  readonly profileProblem?: string;
  /** The region of the instance that this is, "" for none; asks for it the first time. */
  readonly instanceRegion?: () => Promise<string>;
  /** Why there are no further authorities although some are configured. */
  readonly problem?: string;
}

/** A machine of which nothing is known. */
export const NO_SURROUNDINGS: Surroundings = { authorities: [], hostName: "" };

/**
 * Reads what clients of AWS need.
 *
 * The host's name is that of /etc/hostname: hosts have it there, and container runtimes write it.
 * To ask the system for it would take a permission of its own.
 *
 * Authorities that cannot be read are a problem for the log, and none for the start: falcosidekick's
 * example names a file that need not exist, and its AWS outputs never look at it.
 *
 * @param cacertfile the value of `tlsclient.cacertfile`; "" for none
 */
export async function readSurroundings(
  cacertfile: string,
  disk: Disk,
  clock: Clock = systemClock,
): Promise<Surroundings> {
  let region: Promise<string> | undefined;
  const machine = {
    hostName: readHostName(disk),
    ...readProfile(disk),
    instanceRegion: () => region ??= instanceRegion(clock),
  };
  if (cacertfile === "") return { ...machine, authorities: [] };
  try {
    return { ...machine, authorities: await readAuthorities(cacertfile, disk) };
  } catch (error) {
    return { ...machine, authorities: [], problem: (error as Error).message };
  }
}

/** RFC 7468: text outside the lines is a comment. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

async function readAuthorities(path: string, disk: Disk): Promise<string[]> {
  const certificates = [...readText(path, disk).matchAll(CERTIFICATE)].map(([text]) => `${text}\n`);
  if (certificates.length === 0) {
    throw new Error(`tlsclient.cacertfile: ${path} holds no certificate in PEM`);
  }
  const { X509Certificate } = await import("node:crypto");
  certificates.forEach((text, at) => {
    try {
      new X509Certificate(text);
    } catch (error) {
      const which = `certificate ${at + 1} of ${certificates.length}`;
      const message = `tlsclient.cacertfile: ${path}: ${which} cannot be read: ` +
        (error as Error).message;
      throw new Error(message, { cause: error });
    }
  });
  return certificates;
}

function readText(path: string, disk: Disk): string {
  try {
    return read(path, disk);
  } catch (error) {
    const message = `tlsclient.cacertfile: cannot read ${path}: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
}

function readHostName(disk: Disk): string {
  try {
    return read("/etc/hostname", disk).trim();
  } catch (error) {
    if (isNotFound(error)) return "";
    // It is for people who read CloudTrail; nothing depends on it.
    if ((error as Error).name === "PermissionDenied") return "";
    throw error;
  }
}

const NO_PROGRAMS =
  "the profile has a credential_process, and the agent may not run programs: let " +
  "something else run it and keep the credentials file";

/** The SDK passes over files that it cannot read, and over programs that it may not run. */
function readProfile(disk: Disk): Pick<Surroundings, "profileRegion" | "profileProblem"> {
  let unreadable = "";
  const readOrNote = (path: string): string | undefined => {
    try {
      return read(path, disk);
    } catch (error) {
      if (!isNotFound(error)) unreadable = `cannot read ${path}: ${(error as Error).message}`;
      return undefined;
    }
  };
  const profileRegion = profileValue("region", readOrNote);
  const isProcess = profileValue("credential_process", readOrNote) !== "";
  return { profileRegion, profileProblem: unreadable || (isProcess ? NO_PROGRAMS : "") };
}

function read(path: string, disk: Disk): string {
  const file = disk.openForReading(path);
  try {
    const bytes = new Uint8Array(file.size());
    return new TextDecoder().decode(bytes.subarray(0, file.readAt(0, bytes)));
  } finally {
    file.close();
  }
}
