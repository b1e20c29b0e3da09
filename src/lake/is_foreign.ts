import type { Config } from "../config/config.ts";

/** Whether the bucket is in a store that is none of AWS's, judged by its endpoint. */
export function isForeign({ securitylake: { endpoint } }: Config["aws"]): boolean {
  return endpoint !== "" && !/\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}
