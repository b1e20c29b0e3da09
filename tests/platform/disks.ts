import { type Disk, systemDisk } from "../../src/platform/disk.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { sandbox } from "../support/sandbox.ts";

/** A disk, and what others can do to it. */
export interface DiskInHands extends AsyncDisposable {
  readonly disk: Disk;
  /** A folder that is there, and empty. */
  readonly root: string;
  /** What a file holds, whoever wrote it. */
  read(path: string): string;
  /** Somebody else puts a file there, or another in its place. */
  put(path: string, text: string): void;
  takeAway(path: string): void;
  cutOff(path: string, length: number): void;
  moveFolderAway(path: string): void;
  putFolderBack(path: string): void;
  takeFolderAway(path: string): void;
}

/** Both kinds of disk must do the same. */
export const DISKS: Readonly<Record<string, () => Promise<DiskInHands>>> = {
  "the system's disk": () => {
    const box = sandbox();
    return Promise.resolve({
      disk: systemDisk,
      root: box.directory,
      read: Deno.readTextFileSync,
      put: (path, text) => {
        Deno.writeTextFileSync(`${path}.new`, text);
        Deno.renameSync(`${path}.new`, path);
      },
      takeAway: Deno.removeSync,
      cutOff: Deno.truncateSync,
      moveFolderAway: (path) => Deno.renameSync(path, `${path}.away`),
      putFolderBack: (path) => {
        Deno.renameSync(`${path}.away`, path);
      },
      takeFolderAway: (path) => Deno.removeSync(path, { recursive: true }),
      [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
    });
  },
  "the disk in memory": async () => {
    const disk = new MemoryDisk();
    await disk.makeDirectory("/root/box");
    return {
      disk,
      root: "/root/box",
      read: (path) => new TextDecoder().decode(disk.read(path)),
      put: (path, text) => disk.write(path, new TextEncoder().encode(text)),
      takeAway: (path) => disk.takeAway(path),
      cutOff: (path, length) => disk.cutOff(path, length),
      moveFolderAway: (path) => disk.moveAway(path),
      putFolderBack: (path) => disk.putBack(path),
      takeFolderAway: (path) => disk.takeFolderAway(path),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
};
