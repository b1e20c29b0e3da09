import { isIP } from "node:net";
import { parsePriority, PRIORITIES } from "../event/priority.ts";
import { text } from "./value.ts";

/** falcosidekick parses it with Go's net.ParseIP: no host names, no zones. */
export const ipAddress = text(
  "an IP address, or nothing for all addresses",
  (value) => value === "" || (isIP(value) !== 0 && !value.includes("%")) ? value : undefined,
);

/** Normalised to Falco's own spelling. falcosidekick takes `info` and mistakes for "everything". */
export const priority = text(
  `one of ${PRIORITIES.map((name) => name.toLowerCase()).join(", ")}, or nothing for all`,
  (value) => value === "" ? value : parsePriority(value),
);

/** Also the names that S3-compatible stores use (`RegionOne`, `garage`). */
export const region = text(
  "a region such as eu-west-1",
  (value) => /^[\w-]*$/.test(value) ? value : undefined,
);

/** IAM user guide, "IAM identifiers": any partition, and a path before the name. */
export const roleArn = text(
  "a role's ARN such as arn:aws:iam::123456789012:role/falco, or nothing",
  (value) => /^(arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+)?$/.test(value) ? value : undefined,
);

/** STS, AssumeRole, `ExternalId`: 2 to 1224 of these characters. */
export const externalId = text(
  "2 to 1224 letters, digits and _+=,.@:/-, or nothing",
  (value) => /^([\w+=,.@:/-]{2,1224})?$/.test(value) ? value : undefined,
);

/**
 * AWS (Security Lake user guide, custom sources): 12 digits, or a text such as
 * `external_{externalAccountId}`. The strictness catches an id that a template engine has turned
 * into `1.23456789012e+11` or has cut a zero from.
 */
export const accountId = text(
  "12 digits, or a name such as external_acme",
  (value) => /^(\d{12}|[A-Za-z][\w-]*)?$/.test(value) ? value : undefined,
);

/**
 * Kept verbatim apart from slashes at both ends, which would make empty path segments (AWS:
 * `ext/{source}/region=…`, no leading slash). `..` is refused: a folder lake would leave its folder.
 */
export const keyPrefix = text(
  "the first part of object keys such as ext/falco, without . or .. as a segment",
  readKeyPrefix,
);

export function readKeyPrefix(value: string): string | undefined {
  const prefix = value.replace(/^\/+|\/+$/g, "");
  // deno-lint-ignore no-control-regex -- control characters are what this refuses
  const refused = /[\x00-\x1f\x7f]/.test(prefix) ||
    prefix.split("/").some((segment) => segment === "." || segment === "..");
  return refused ? undefined : prefix;
}

/**
 * A path is allowed (some S3-compatible stores live below one). Credentials are refused: the URL is
 * logged.
 */
export const endpoint = text(
  "a URL such as https://s3.example.com:9000, without user name or query",
  (value) => {
    if (value === "") return value;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const plain = url && /^https?:$/.test(url.protocol) &&
      url.username + url.password + url.search + url.hash === "";
    return plain ? value.replace(/\/+$/, "") : undefined;
  },
);

/** Deno lets no program into these, whatever its permissions. */
const SPECIAL = /^\/(dev|proc|sys)(\/|$)/;

const isPath = (value: string): boolean => !value.includes("\0") && !SPECIAL.test(value);

/** A path as the operating system takes it. */
export const path = text(
  "the path of a folder outside of /dev, /proc and /sys",
  (value) => value !== "" && isPath(value) ? value : undefined,
);

/** As `path`, or "" for none. */
export const optionalPath = text(
  "the path of a folder outside of /dev, /proc and /sys, or nothing",
  (value) => isPath(value) ? value : undefined,
);
