const HOSTNAME =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** The longest name that DNS can carry (RFC 1035); it also bounds what the pattern costs. */
const LONGEST_NAME = 253;

/** Whether a text is a hostname_t of OCSF: DNS labels of letters, digits and inner hyphens. */
export function isHostname(text: string): boolean {
  return text.length <= LONGEST_NAME && HOSTNAME.test(text);
}
