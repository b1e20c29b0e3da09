import type { Fields } from "./fields.ts";
import type { Api, ApiRequest, Writable } from "./finding.ts";

/** How Falco prints that a system call returned no error (`evt.res`). */
const SUCCESS = "SUCCESS";

/**
 * A system call as the API call it is: its flags, other arguments and result. What is better told as
 * a file is not repeated here.
 *
 * @param requestUid OCSF requires one of a request; nothing but the finding has one
 * @returns undefined when no more is known than its name, which `metadata.event_code` has
 */
export function mapCall(operation: string, fields: Fields, requestUid: string): Api | undefined {
  const flags = takeFlags(fields);
  const data = fields.restAsJson("evt.arg");
  const result = fields.take("evt.res");
  if (flags === undefined && data === undefined && result === undefined) return undefined;
  const api: Writable<Api> = { operation };
  if (flags !== undefined || data !== undefined) {
    const request: Writable<ApiRequest> = { uid: requestUid };
    if (flags !== undefined) request.flags = flags;
    if (data !== undefined) request.data = data;
    api.request = request;
  }
  if (result !== undefined) {
    api.response = result === SUCCESS ? { message: result } : { error: result };
  }
  return api;
}

/** `O_RDONLY|O_CLOEXEC` as its parts. */
function takeFlags(fields: Fields): string[] | undefined {
  const flags = fields.text("evt.arg.flags")?.split("|");
  if (flags === undefined || flags.includes("")) return undefined;
  fields.use("evt.arg.flags");
  return flags;
}
