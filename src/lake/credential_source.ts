/** The SDK's marks for where credentials came from, `$source`, in words; the first that fits. */
const SOURCES = [
  ["CREDENTIALS_IMDS", "the instance's role"],
  ["CREDENTIALS_HTTP", "the container's credentials endpoint"],
  ["CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN", "a web identity token"],
  ["CREDENTIALS_PROFILE_STS_WEB_ID_TOKEN", "a web identity token of a profile"],
  ["CREDENTIALS_STS_ASSUME_ROLE_WEB_ID", "a web identity token"],
  ["CREDENTIALS_PROFILE_SSO", "SSO of a profile"],
  ["CREDENTIALS_PROFILE_SSO_LEGACY", "SSO of a profile"],
  ["CREDENTIALS_SSO", "SSO"],
  ["CREDENTIALS_SSO_LEGACY", "SSO"],
  ["CREDENTIALS_PROFILE_LOGIN", "a login of a profile"],
  ["CREDENTIALS_LOGIN", "a login"],
  ["CREDENTIALS_PROFILE_PROCESS", "a credential process of a profile"],
  ["CREDENTIALS_PROCESS", "a credential process"],
  ["CREDENTIALS_PROFILE_SOURCE_PROFILE", "a profile's role"],
  ["CREDENTIALS_PROFILE_NAMED_PROVIDER", "a profile's role"],
  ["CREDENTIALS_STS_ASSUME_ROLE", "a profile's role"],
  ["CREDENTIALS_PROFILE", "a profile in a file"],
  ["CREDENTIALS_ENV_VARS", "environment variables"],
  ["CREDENTIALS_CODE", "the configuration"],
] as const;

/** Where the SDK found credentials, in words; "the SDK's chain" when it does not say. */
export function credentialSource(credentials: object): string {
  const marks = (credentials as { readonly $source?: Readonly<Record<string, string>> }).$source;
  return SOURCES.find(([mark]) => marks && mark in marks)?.[1] ?? "the SDK's chain";
}
