import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { listLake } from "../../src/cli/lake_files.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import type { Row } from "./row.ts";
import { startVersitygw } from "./versitygw.ts";

/** A lake that an agent under test writes to, and a way to read it that the agent has no part in. */
export interface TestLake extends AsyncDisposable {
  /** What the agent needs to know to write to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every object by its key. */
  objects(): Promise<Map<string, Uint8Array>>;
}

/** All rows of all objects, in no order. */
export async function rowsOf(lake: TestLake): Promise<Row[]> {
  const rows: Row[] = [];
  for (const bytes of (await lake.objects()).values()) rows.push(...await readRows(bytes));
  return rows;
}

/** A lake in a folder. */
export function folderLake(directory: string): TestLake {
  return {
    environment: { LAKE_DIRECTORY: directory },
    objects: async () => {
      const objects = new Map<string, Uint8Array>();
      for (const { partition, name } of listLake(systemDisk, directory)) {
        objects.set(
          `${partition}/${name}`,
          await Deno.readFile(`${directory}/${partition}/${name}`),
        );
      }
      return objects;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A bucket of a versitygw of its own: an S3 server that is none of ours. */
export async function s3Lake(directory: string): Promise<TestLake> {
  const server = await startVersitygw(directory);
  const [bucket, prefix, region] = ["aws-security-data-lake-test", "ext/falco/1.0", "eu-central-1"];
  Deno.mkdirSync(`${server.directory}/${bucket}`);
  const client = new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
  });
  return {
    environment: {
      AWS_ACCESSKEYID: server.accessKey,
      AWS_SECRETACCESSKEY: server.secretKey,
      AWS_REGION: server.region,
      AWS_SECURITYLAKE_BUCKET: bucket,
      AWS_SECURITYLAKE_PREFIX: prefix,
      AWS_SECURITYLAKE_REGION: region,
      AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
      AWS_SECURITYLAKE_ENDPOINT: server.endpoint,
      AWS_SECURITYLAKE_FORCEPATHSTYLE: "true",
    },
    objects: async () => {
      const objects = new Map<string, Uint8Array>();
      let next: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, ...(next && { ContinuationToken: next }) }),
        );
        for (const { Key } of page.Contents ?? []) {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
          objects.set(Key!, await Body!.transformToByteArray());
        }
        next = page.NextContinuationToken;
      } while (next);
      return objects;
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await server.stop();
    },
  };
}
