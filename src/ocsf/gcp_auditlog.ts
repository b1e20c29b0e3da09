import type { Details, Origin } from "./details.ts";
import type { Fields } from "./fields.ts";

export function mapGcpAuditLog(_fields: Fields, _origin: Origin): Details {
  return {};
}
