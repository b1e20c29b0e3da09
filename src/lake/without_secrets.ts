/** Characters of a text that is kept. */
const LENGTH_MAX = 400;

/**
 * One line of what a service or a library said, without what must not stand in a log:
 *
 * - what STS appends to a wrong signature, which has the session token in it
 * - access key ids but for their last four characters
 * - whatever looks like a secret key, a token or a signature: 40 or more characters of base64 with
 *   digits and letters of both cases, or 64 of hexadecimal
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\s*(The Canonical String|The String-to-Sign|Deserialization error:)[^]*$/, "")
    .replace(/\s+/g, " ")
    .replace(/\b(?:A3T|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{9,}([A-Z0-9]{4})\b/g, "…$1")
    .replace(/[A-Za-z0-9+/]{40,}={0,2}/g, (run) => isMixed(run) ? "…" : run)
    .replace(/\b[0-9a-f]{64}\b/g, "…")
    .trim()
    .slice(0, LENGTH_MAX);
}

/** A path of that length seldom has all three without a dot or a hyphen. */
const isMixed = (run: string): boolean =>
  /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run);
