import type { Moment, MomentListener } from "./moments.ts";

/** Reports the moments that show in the files of a folder, or of those below it. */
export function watchFolder(directory: string, listener: MomentListener): Disposable {
  const watcher = Deno.watchFs(directory);
  (async () => {
    for await (const { kind, paths } of watcher) {
      for (const path of paths) {
        const moment = momentOf(kind, path.slice(path.lastIndexOf("/") + 1));
        if (moment) listener(moment);
      }
    }
  })();
  return { [Symbol.dispose]: () => watcher.close() };
}

function momentOf(kind: Deno.FsEvent["kind"], name: string): Moment | undefined {
  switch (kind) {
    case "create":
      if (name === "cursor-lake.tmp") return "cursor written";
      if (name.endsWith(".seg")) return "segment begun";
      if (name.endsWith(".parquet.tmp")) return "put body";
      return name.endsWith(".parquet") ? "put stored" : undefined;
    case "rename":
      if (name === "cursor-lake") return "cursor renamed";
      return name.endsWith(".parquet") ? "put stored" : undefined;
    case "remove":
      return name.endsWith(".seg") ? "segment deleted" : undefined;
    default:
      return undefined;
  }
}
