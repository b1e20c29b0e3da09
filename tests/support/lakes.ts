import { FaultyS3 } from "./faulty_s3.ts";
import { folderLake, s3Lake, type TestLake } from "./test_lake.ts";
import { NO_VERSITYGW } from "./versitygw.ts";

export interface LakeKind {
  readonly name: string;
  /** Why it cannot be had here; undefined when it can. */
  readonly missing: string | undefined;
  /** @param directory a folder of the test's own */
  readonly create: (directory: string) => Promise<TestLake>;
}

/** The kinds of lake that every end-to-end promise is tested on. */
export const LAKES: readonly LakeKind[] = [
  {
    name: "a folder",
    missing: undefined,
    create: (directory) => Promise.resolve(folderLake(`${directory}/lake`)),
  },
  { name: "an S3 server (versitygw)", missing: NO_VERSITYGW, create: s3Lake },
];

/** Those and our own server, which watches that no key gets other bytes than it had. */
export const UPLOAD_LAKES: readonly LakeKind[] = [
  ...LAKES,
  {
    name: "an S3 server (ours)",
    missing: undefined,
    create: () => Promise.resolve(new FaultyS3()),
  },
];
