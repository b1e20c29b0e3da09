import denoJson from "../deno.json" with { type: "json" };

/** Of falco-lake, as in deno.json. */
export const VERSION: string = denoJson.version;
