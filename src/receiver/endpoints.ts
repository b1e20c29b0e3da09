import type { HttpRequest } from "./http.ts";

/** What the receiver has a path for. `/` also stands for every path that is not served by itself. */
export const ENDPOINTS = [
  "/",
  "/ping",
  "/healthz",
  "/test",
  "/metrics",
  "/readyz",
  "/status",
] as const;

export type Endpoint = typeof ENDPOINTS[number];

/**
 * Which endpoint a request is for, as Go's `ServeMux` decides.
 *
 * @param served the endpoints of this port
 * @returns undefined when it is for none
 */
export function endpointOf(
  { target }: HttpRequest,
  served: ReadonlySet<Endpoint>,
): Endpoint | undefined {
  // A target may be a whole URL (RFC 9112, 3.2.2).
  const path = /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(target)?.[1] || "/";
  const known = ENDPOINTS.find((endpoint) => endpoint === path);
  if (known && served.has(known)) return known;
  return served.has("/") ? "/" : undefined;
}
