import { folderLake, s3Lake, type TestLake } from "./test_lake.ts";
import { NO_VERSITYGW } from "./versitygw.ts";

/** The kinds of lake that every end-to-end promise is tested on. */
export const LAKES: readonly {
  readonly name: string;
  /** Why it cannot be had here; undefined when it can. */
  readonly missing: string | undefined;
  /** @param directory a folder of the test's own */
  readonly create: (directory: string) => Promise<TestLake>;
}[] = [
  {
    name: "a folder",
    missing: undefined,
    create: (directory) => Promise.resolve(folderLake(`${directory}/lake`)),
  },
  { name: "an S3 server (versitygw)", missing: NO_VERSITYGW, create: s3Lake },
];
