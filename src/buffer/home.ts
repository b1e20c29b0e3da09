import { type Disk, type FilePlace, isNotFound, type LockOutcome } from "../platform/disk.ts";

/** Another process has the folder. */
export class FolderHeldError extends Error {
  /** @param holder "pid 123" */
  constructor(holder: string) {
    super(
      `another falco-lake (${holder}) uses it: stop that one, or give this one a folder of its own`,
    );
  }
}

/** The buffer's folder, held by this process alone for as long as it lives. */
export class Home {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #owner: string;
  #lock: LockOutcome & { readonly kind: "locked" };
  #givenUp: string | undefined;
  /** Whether a lock that is there may be what an attempt of ours has left. */
  #isOurs = false;

  private constructor(
    disk: Disk,
    directory: string,
    owner: string,
    lock: LockOutcome & { readonly kind: "locked" },
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#owner = owner;
    this.#lock = lock;
  }

  /**
   * Takes the folder, creating it if needed.
   *
   * @param owner who we are, for whoever finds it taken: "pid 123"
   * @throws when another process has it, or it cannot be made or written to
   */
  static async take(disk: Disk, directory: string, owner: string): Promise<Home> {
    return new Home(disk, directory, owner, await lockFolder(disk, directory, owner));
  }

  /**
   * Where our lock is. `elsewhere`: the folder was moved, replaced, or its file system unmounted;
   * what would be written under its path now would not be found with the rest.
   */
  get place(): FilePlace {
    return this.#givenUp ? "elsewhere" : this.#lock.place();
  }

  /**
   * To be called before anything is written under the folder's path, or taken for missing in it.
   *
   * @throws unless the folder is where it was
   */
  mustBeHere(): void {
    const { place } = this;
    if (place === "here") return;
    throw new Error(
      this.#givenUp ??
        (place === "deleted"
          ? "somebody has deleted it or its lock"
          : "somebody has moved it, or its file system is not mounted: put it back, or restart " +
            "falco-lake to begin anew"),
    );
  }

  /**
   * Takes the folder again after somebody deleted it or its lock.
   *
   * @throws as `take`, and for good when another agent has had the lock meanwhile: no agent ever
   *   deletes it, so one that is there is the other's, and what this one knows of the folder is old
   */
  async retake(): Promise<void> {
    const wasThere = hasLock(this.#disk, this.#directory) && !this.#isOurs;
    let lock;
    try {
      lock = await lockFolder(this.#disk, this.#directory, this.#owner);
    } catch (error) {
      // It may be there now by our own attempt.
      this.#isOurs = !wasThere && !(error instanceof FolderHeldError);
      throw error;
    }
    this.#isOurs = false;
    this.#lock.release();
    this.#lock = lock;
    if (!wasThere) return;
    lock.release();
    this.#givenUp = "another falco-lake has been at work in it: restart this one";
    this.mustBeHere();
  }

  release(): void {
    if (!this.#givenUp) this.#lock.release();
  }
}

function hasLock(disk: Disk, directory: string): boolean {
  try {
    return disk.list(directory).some(({ name }) => name === "lock");
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function lockFolder(disk: Disk, directory: string, owner: string) {
  let lock;
  try {
    await disk.makeDirectory(directory);
    lock = disk.lock(`${directory}/lock`, owner);
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new Error(`${(error as Error).message}${explainDenied(disk, directory)}`, {
      cause: error,
    });
  }
  if (lock.kind === "locked") return lock;
  throw new FolderHeldError(lock.note || "unknown");
}

const isDenied = (error: unknown): boolean => /\(os error 13\)/.test((error as Error).message);

function explainDenied(disk: Disk, directory: string): string {
  for (const path of [`${directory}/lock`, directory]) {
    try {
      const { owner, mode, user } = disk.ownership(path);
      const remedy = owner === user
        ? `chmod u+rwx ${path}`
        : `chown -R ${user} ${directory}, or run falco-lake as uid ${owner}`;
      return `; ${path} belongs to uid ${owner} with mode ${mode.toString(8)}, and falco-lake ` +
        `runs as uid ${user}: ${remedy}`;
    } catch {
      // We may not look at this one either, or it is not there: its folder tells more.
    }
  }
  return "; a folder above it does not let falco-lake in";
}
