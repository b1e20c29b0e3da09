const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const IPV6_GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** max_len of OCSF's ip_t. */
const LONGEST_IP = 40;

/** The version of an IP address; undefined when it is not an ip_t of OCSF, or has a zone. */
export function ipVersion(text: string): 4 | 6 | undefined {
  if (text.length > LONGEST_IP) return undefined;
  if (IPV4.test(text)) return 4;
  return isIpv6(text) ? 6 : undefined;
}

function isIpv6(text: string): boolean {
  const [head = "", tail, more] = text.split("::");
  if (more !== undefined) return false;
  return tail === undefined
    ? groups(head, true) === 8
    // "::" stands for one group at least.
    : groups(head, false) + groups(tail, true) <= 7;
}

/** How many 16-bit groups a part of an IPv6 address has; NaN when it is none. */
function groups(part: string, mayEndInIpv4: boolean): number {
  if (part === "") return 0;
  const written = part.split(":");
  const ipv4 = mayEndInIpv4 && IPV4.test(written.at(-1)!);
  if (ipv4) written.pop();
  return written.every((group) => IPV6_GROUP.test(group)) ? written.length + (ipv4 ? 2 : 0) : NaN;
}
