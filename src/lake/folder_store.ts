import type { Disk } from "../platform/disk.ts";
import type { Store } from "./store.ts";

/**
 * A lake in a folder, in the same layout as a bucket's. An object is written beside its place and
 * renamed into it, so that readers never see half of one.
 */
export function folderStore(disk: Disk, directory: string): Store {
  return {
    location: directory,
    probe: () => disk.makeDirectory(directory),
    put: async (key, bytes) => {
      const path = `${directory}/${key}`;
      const slash = path.lastIndexOf("/");
      const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
      await disk.makeDirectory(folder);
      // Hidden from `**/*.parquet`. Deterministic, so that the repeat after a crash cleans it up.
      const temporary = `${folder}/.${name}.tmp`;
      disk.remove(temporary);
      const file = disk.create(temporary);
      try {
        file.append(bytes);
        await file.syncData();
      } finally {
        file.close();
      }
      disk.rename(temporary, path);
      await disk.syncDirectory(folder);
    },
    explain: (error) => ({
      class: "other",
      text: (error as Error).message,
      hint: "",
      mayBeStored: true,
      refusesKey: false,
      refusesObject: "none",
    }),
  };
}
