/**
 * Worker: posts one body over a number of keep-alive connections for a while, each waiting for its
 * answer, as Falco does. Raw sockets: `fetch` would measure itself.
 */

export interface LoadRequest {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly body: string;
}

export interface LoadResult {
  readonly answered: number;
  readonly refused: number;
  /** Milliseconds, for each answer, in order. */
  readonly latencies: Float64Array;
  readonly seconds: number;
}

interface WorkerScope {
  onmessage: (event: MessageEvent<LoadRequest>) => void;
  postMessage(result: LoadResult): void;
}

const scope = globalThis as unknown as WorkerScope; // the types of both worlds do not mix

scope.onmessage = async ({ data: { port, connections, seconds, body } }) => {
  const request = new TextEncoder().encode(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${
      new TextEncoder().encode(body).length
    }\r\n\r\n${body}`,
  );
  const start = performance.now();
  const end = start + seconds * 1000;
  const latencies: number[] = [];
  let refused = 0;
  const client = async () => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay();
    const answer = new Uint8Array(4096);
    for (let before = performance.now(); before < end;) {
      await connection.write(request);
      const count = await connection.read(answer) ?? 0;
      const after = performance.now();
      // "HTTP/1.1 200": answers have no body, so one read has all of one.
      if (count > 9 && answer[9] === 0x32) latencies.push(after - before);
      else refused++;
      before = after;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  scope.postMessage({
    answered: latencies.length,
    refused,
    latencies: Float64Array.from(latencies),
    seconds: (performance.now() - start) / 1000,
  });
};
