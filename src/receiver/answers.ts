import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** An answer for people, as Go's `http.Error` makes it where it is no 200. */
export const plainText = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  status,
  headers: {
    "content-type": "text/plain; charset=utf-8",
    ...(status === 200 ? {} : { "x-content-type-options": "nosniff" }),
    ...headers,
  },
  body,
});

/** An answer for programs. */
export const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(value, null, 2)}\n`,
});

const compress = promisify(gzip);

/** The answer compressed where the client takes gzip (RFC 9110, 12.5.3), as Go's `promhttp` does. */
export async function gzipped(
  request: HttpRequest,
  response: HttpResponse,
): Promise<HttpResponse> {
  const vary = { ...response.headers, vary: "Accept-Encoding" };
  if (!takesGzip(request.header("accept-encoding") ?? "")) return { ...response, headers: vary };
  return {
    ...response,
    headers: { ...vary, "content-encoding": "gzip" },
    body: await compress(response.body),
  };
}

/** gzip or any encoding is named, and not with a weight of 0. */
function takesGzip(accepted: string): boolean {
  const weights = new Map(
    accepted.toLowerCase().split(",").map((coding) => {
      const [name = "", ...parameters] = coding.split(";").map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const;
    }),
  );
  const weight = weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0;
  return weight > 0;
}
