import { readKeyPrefix } from "./lake_values.ts";
import { text } from "./value.ts";

/** A bucket and what its URL says about the prefix. */
export interface BucketLocation {
  readonly name: string;
  /** undefined when the given form has no place for a prefix, or leaves it empty. */
  readonly prefix: string | undefined;
}

/** Wider than AWS's rules for new buckets: old buckets and other stores have `_` and capitals. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/** @returns undefined when the text is neither a name nor `arn:aws:s3:::name` nor `s3://name/prefix` */
export function parseBucket(value: string): BucketLocation | undefined {
  const [, url, rest] = /^s3:\/\/([^/]*)(.*)$/i.exec(value) ?? [];
  const name = url ?? value.replace(/^arn:[a-z-]+:s3:::/, "");
  const prefix = readKeyPrefix(rest ?? "");
  return NAME.test(name) && prefix !== undefined
    ? { name, prefix: prefix || undefined }
    : undefined;
}

/** Stays as written until the rule that splits it, which needs to know where the prefix came from. */
export const bucket = text(
  "a bucket's name, arn:aws:s3:::NAME or s3://NAME/PREFIX",
  (value) => value === "" || parseBucket(value) ? value : undefined,
);
