import type { Disk } from "../platform/disk.ts";

/** A Parquet file of a lake in a folder. */
export interface LakeFile {
  /** Folder below the lake, such as `region=local/accountId=external/eventDay=20261121`. */
  readonly partition: string;
  readonly name: string;
  readonly bytes: number;
}

/** All Parquet files of a lake, by partition and name. */
export function listLake(
  disk: Pick<Disk, "list" | "listDirectories">,
  directory: string,
  partition = "",
): LakeFile[] {
  const folder = partition ? `${directory}/${partition}` : directory;
  const files = disk.list(folder)
    .filter(({ name }) => name.endsWith(".parquet"))
    .map(({ name, size }) => ({ partition, name, bytes: size }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const below = disk.listDirectories(folder).sort()
    .flatMap((name) => listLake(disk, directory, partition ? `${partition}/${name}` : name));
  return [...files, ...below];
}
