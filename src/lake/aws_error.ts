import type { UploadRetryClass } from "../telemetry/metrics.ts";
import { AWS_ERROR_RULES } from "./aws_error_rules.ts";
import type { Blame } from "./poison.ts";
import { withoutSecrets } from "./without_secrets.ts";

export interface AwsErrorDescription {
  /** As `falco_lake_upload_retries_total` counts it. */
  readonly class: UploadRetryClass;
  /** Code, HTTP status and message on one line, without secrets. */
  readonly text: string;
  /** What to do about it, on one line; "" when nothing but waiting helps. */
  readonly hint: string;
  /** Whether an object was refused for what it is, and would be again, where others may be taken. */
  readonly refusesObject: Blame;
}

/** What rules look at. */
export interface AwsErrorFacts {
  /** The service's code, Node's code and names of the error and of its causes, between spaces. */
  readonly codes: string;
  readonly message: string;
  /** Of the HTTP answer; 0 when there was none. */
  readonly status: number;
  /** The region that the service says is right; "" when it does not say. */
  readonly region: string;
}

/** What to make of an error that the AWS SDK, or STS or S3 behind it, threw. Never throws. */
export function describeAwsError(error: unknown): AwsErrorDescription {
  if (!(error instanceof Error)) {
    const text = withoutSecrets(String(error));
    return { class: "other", text, hint: "", refusesObject: "none" };
  }
  const facts = factsOf(error);
  const rule = AWS_ERROR_RULES.find(({ when }) => when(facts));
  return {
    class: rule?.class ?? "other",
    text: textOf(error, facts),
    hint: rule === undefined
      ? ""
      : typeof rule.hint === "string"
      ? rule.hint
      : withoutSecrets(rule.hint(facts)),
    // Of a 4xx that nobody knows the object may be the cause.
    refusesObject: rule ? rule.refusesObject ?? "none" : is4xx(facts) ? "possible" : "none",
  };
}

const is4xx = ({ status }: AwsErrorFacts): boolean => status >= 400 && status < 500;

/** The region that S3's refusal says is the bucket's, as it stands there; "" when it says none. */
export const regionThatIsSaid = (error: unknown): string =>
  error instanceof Error ? factsOf(error).region : "";

/** The members that the SDK and Node give their errors, all of them unsure. */
type Loose = Error & {
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly Region?: unknown;
  readonly errors?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
};

/** An error, its causes and the errors it stands for: a connection may fail at two addresses. */
function family(error: Loose, depth = 0): Loose[] {
  if (depth > 5) return [];
  const related = [error.cause, ...(Array.isArray(error.errors) ? error.errors : [])];
  return [
    error,
    ...related.flatMap((one) => one instanceof Error ? family(one, depth + 1) : []),
  ];
}

function factsOf(error: Loose): AwsErrorFacts {
  const all = family(error);
  const codes = all.flatMap(({ name, code, Code }) => [name, code, Code])
    .filter((code) => typeof code === "string");
  const header = error.$response?.headers?.["x-amz-bucket-region"];
  const message = all.map((one) => one.message).join(" ");
  const said = /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
  const region = typeof error.Region === "string" ? error.Region : header ?? said ?? "";
  return {
    codes: ` ${[...new Set(codes)].join(" ")} `,
    message,
    status: error.$metadata?.httpStatusCode ?? 0,
    region,
  };
}

/** Names that say nothing: a code of Node's is better. */
const EMPTY_NAMES = new Set(["Error", "AggregateError", "Unknown", "UnknownError"]);

function textOf(error: Loose, { status }: AwsErrorFacts): string {
  const name = EMPTY_NAMES.has(error.name) && typeof error.code === "string"
    ? error.code
    : error.name;
  const message = error.message || family(error).slice(1).map((one) => one.message).join(", ");
  return withoutSecrets(`${name}${status ? ` ${status}` : ""}: ${message}`);
}
