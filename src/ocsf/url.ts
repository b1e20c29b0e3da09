import type { Fields } from "./fields.ts";
import type { Evidence } from "./finding.ts";

/** Takes the URI of a request, its path and query. An evidence has a place for it since 1.3. */
export function takeUrl(fields: Fields, name: string, minor: number): Evidence["url"] {
  const uri = minor >= 3 ? fields.text(name) : undefined;
  if (!uri?.startsWith("/")) return undefined;
  fields.use(name);
  const mark = uri.indexOf("?");
  if (mark === -1) return { path: uri };
  const path = uri.slice(0, mark);
  const query = uri.slice(mark + 1);
  return query === "" ? { path } : { path, query_string: query };
}
