import type { SignedRequest } from "../sigv4.ts";

export interface Service extends AsyncDisposable {
  readonly endpoint: string;
}

/** What a service does instead of its work; undefined for its work. */
export type Fault<Call> = (
  call: Call,
  count: number,
) => Response | undefined | Promise<Response | undefined>;

/**
 * An HTTP server on a free port.
 *
 * @param now what its Date headers say, milliseconds since 1970
 */
export function serve(
  now: () => number,
  answer: (request: SignedRequest) => Response | Promise<Response>,
): Service {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { method, url, headers } = request;
      const response = await answer({ method, url, headers, body: await request.bytes() });
      response.headers.set("date", new Date(now()).toUTCString());
      return response;
    },
  );
  return {
    endpoint: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

export const xml = (status: number, body: string, headers: Record<string, string> = {}): Response =>
  new Response(body, { status, headers: { "content-type": "application/xml", ...headers } });
