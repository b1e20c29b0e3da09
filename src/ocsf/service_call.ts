import type { Api, ApiRequest, ApiResponse, Writable } from "./finding.ts";

/** A request to a service, as far as an event tells it. */
export interface ServiceCall {
  readonly operation: string | undefined;
  readonly service: string | undefined;
  readonly requestUid: string | undefined;
  /** JSON text of the request's parameters. */
  readonly data: string | undefined;
  readonly response: ApiResponse;
}

/** What OCSF's convention puts where a required text is not known. */
const UNKNOWN = "Unknown";

/**
 * The request as OCSF's api. The official rules rarely print which operation it was, which OCSF
 * requires.
 *
 * @param findingUid in place of a request's uid, which OCSF requires too
 * @returns undefined when no more is known than which service it was
 */
export function mapServiceCall(call: ServiceCall, findingUid: string): Api | undefined {
  const { operation, service, requestUid, data, response } = call;
  const hasRequest = requestUid !== undefined || data !== undefined;
  const hasResponse = Object.keys(response).length > 0;
  if (operation === undefined && !hasRequest && !hasResponse) return undefined;
  const api: Writable<Api> = { operation: operation ?? UNKNOWN };
  if (service !== undefined) api.service = { name: service };
  if (hasRequest) {
    const request: Writable<ApiRequest> = { uid: requestUid ?? findingUid };
    if (data !== undefined) request.data = data;
    api.request = request;
  }
  if (hasResponse) api.response = response;
  return api;
}
