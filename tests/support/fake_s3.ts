/** A PUT as it came in. */
export interface ReceivedPut {
  /** Percent-decoded. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What to do with a PUT: an HTTP status; or store it and break the connection before answering. */
export type PutOutcome = number | "cut";

export interface FakeS3 extends AsyncDisposable {
  readonly endpoint: string;
  /** Every PUT, whatever became of it. */
  readonly puts: ReceivedPut[];
  /** What was stored, by path; a repeated PUT replaces. */
  readonly objects: Map<string, Uint8Array>;
}

/** An S3 that fails as told. It checks nothing: that is what the real servers in the tests are for. */
export function fakeS3(
  decide: (put: ReceivedPut, count: number) => PutOutcome | Promise<PutOutcome>,
): FakeS3 {
  const puts: ReceivedPut[] = [];
  const objects = new Map<string, Uint8Array>();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const put = {
        path: decodeURIComponent(new URL(request.url).pathname),
        headers: request.headers,
        body: await request.bytes(),
      };
      puts.push(put);
      const outcome = await decide(put, puts.length);
      if (outcome === "cut" || outcome === 200) objects.set(put.path, put.body);
      if (outcome !== "cut") {
        const body = outcome === 200 ? "" : `<Error><Code>Code${outcome}</Code></Error>`;
        return new Response(body, { status: outcome });
      }
      // An answer that promises more than it brings: the client sees the connection break.
      const broken = new ReadableStream({ start: (stream) => stream.close() });
      return new Response(broken, { headers: { "content-length": "10" } });
    },
  );
  return {
    endpoint: `http://127.0.0.1:${server.addr.port}`,
    puts,
    objects,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Settings for an agent that uploads to it. */
export const fakeS3Environment = (s3: FakeS3): Readonly<Record<string, string>> => ({
  AWS_ACCESSKEYID: "key",
  AWS_SECRETACCESSKEY: "very-secret",
  AWS_SECURITYLAKE_BUCKET: "bucket",
  AWS_SECURITYLAKE_PREFIX: "ext/falco",
  AWS_SECURITYLAKE_REGION: "eu-west-1",
  AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
  AWS_SECURITYLAKE_ENDPOINT: s3.endpoint,
  AWS_SECURITYLAKE_FORCEPATHSTYLE: "true",
});
