import { describeAwsError } from "../lake/aws_error.ts";

/** One thing that `check --online` looks at; also the members of its JSON. */
export interface Check {
  readonly check:
    | "credentials"
    | "identity"
    | "role"
    | "clock"
    | "bucket"
    | "put"
    | "folder"
    | "authorities";
  /** null when it was left out or could not be found out. */
  readonly ok: boolean | null;
  readonly detail: string;
  /** What to do; "" for nothing. */
  readonly hint: string;
}

export const good = (check: Check["check"], detail: string, hint = ""): Check => ({
  check,
  ok: true,
  detail,
  hint,
});

export const skipped = (check: Check["check"], detail: string, hint = ""): Check => ({
  check,
  ok: null,
  detail,
  hint,
});

/** A check that ended with an error of the AWS SDK. */
export function failed(check: Check["check"], error: unknown): Check {
  const { text, hint } = describeAwsError(error);
  return { check, ok: false, detail: text, hint };
}

/** As a line for people: `ok       bucket       detail; hint`. */
export function checkLine({ check, ok, detail, hint }: Check): string {
  const outcome = ok === null ? "skipped" : ok ? "ok" : "FAILED";
  const all = hint === "" ? detail : `${detail.replace(/\.$/, "")}; ${hint}`;
  return `${outcome.padEnd(7)}  ${check.padEnd(11)}  ${all}`;
}
