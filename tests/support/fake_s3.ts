/** A request as it came in, most often a PUT. */
export interface ReceivedPut {
  readonly method: string;
  /** As it was sent, for its signature. */
  readonly url: string;
  /** Percent-decoded. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * What to do with a PUT: an HTTP status; or store it and break the connection before answering; or
 * an answer, with which nothing is stored.
 */
export type PutOutcome = number | "cut" | Response;

export interface FakeS3 extends AsyncDisposable {
  readonly endpoint: string;
  /** Every PUT, whatever became of it. */
  readonly puts: ReceivedPut[];
  /** What was stored, by path; a repeated PUT replaces. */
  readonly objects: Map<string, Uint8Array>;
}

/**
 * An S3 that fails as told. It checks nothing: that is what the real servers in the tests are for.
 *
 * @param tls a certificate in PEM for "localhost", and its key; without it there is no TLS
 */
export function fakeS3(
  decide: (put: ReceivedPut, count: number) => PutOutcome | Promise<PutOutcome>,
  tls?: { readonly cert: string; readonly key: string },
): FakeS3 {
  const puts: ReceivedPut[] = [];
  const objects = new Map<string, Uint8Array>();
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      ...(tls && { cert: tls.cert, key: tls.key }),
    },
    async (request) => {
      const put = {
        method: request.method,
        url: request.url,
        path: decodeURIComponent(new URL(request.url).pathname),
        headers: request.headers,
        body: await request.bytes(),
      };
      puts.push(put);
      const outcome = await decide(put, puts.length);
      if (outcome === "cut" || outcome === 200) objects.set(put.path, put.body);
      if (outcome instanceof Response) return outcome;
      if (outcome !== "cut") {
        const body = outcome === 200 ? "" : `<Error><Code>Code${outcome}</Code></Error>`;
        const headers = { etag: `"${put.body.length}"` };
        return new Response(body, { status: outcome, ...(outcome === 200 && { headers }) });
      }
      // An answer that promises more than it brings: the client sees the connection break.
      const broken = new ReadableStream({ start: (stream) => stream.close() });
      return new Response(broken, { headers: { "content-length": "10" } });
    },
  );
  return {
    endpoint: `${tls ? "https://localhost" : "http://127.0.0.1"}:${server.addr.port}`,
    puts,
    objects,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An error in S3's form. @param more elements beside code and message */
export const s3Error = (
  status: number,
  code: string,
  message = "",
  more = "",
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(
    `<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`,
    { status, headers: { "content-type": "application/xml", ...headers } },
  );

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
