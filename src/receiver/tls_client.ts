import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";

/** Longer chains of certificates than this are nobody's. */
const CHAIN_MAX = 10;

/**
 * Whether a client that resumes a TLS session may still come in. Resuming leaves out the check of
 * its certificate, and the runtime takes a ticket of any TLS server of this process, for twelve
 * hours, whatever has changed since: the certificate may have expired, its CA may have been taken
 * out of `tlsserver.cacertfile` (seen with Deno 2.8.3; it has no switch to turn tickets off).
 *
 * The full handshake has looked at all of the chain; what can be otherwise by now is the time and
 * the CAs, so these are looked at.
 *
 * @param socket authorized
 * @throws when a certificate of the chain cannot be parsed
 */
export function mayResume(
  socket: TLSSocket,
  cas: readonly X509Certificate[],
  now: number,
): boolean {
  const chain = chainOf(socket.getPeerCertificate(true));
  for (const [index, certificate] of chain.entries()) {
    // As in the full handshake, a CA is trusted for being in the file, whatever its dates.
    if (cas.some((ca) => isSame(ca, certificate))) return true;
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) {
      return false;
    }
    if (cas.some((ca) => isIssuer(ca, certificate))) return true;
    const next = chain[index + 1];
    if (!next || !next.ca || !isIssuer(next, certificate)) return false;
  }
  return false;
}

/** The client's own first. A CA that signed itself is its own issuer. */
function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let at = leaf; at?.raw && chain.length < CHAIN_MAX; at = at.issuerCertificate) {
    chain.push(new X509Certificate(at.raw));
    if (at.issuerCertificate === at) break;
  }
  return chain;
}

const isIssuer = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const isSame = (a: X509Certificate, b: X509Certificate): boolean => a.raw.equals(b.raw);
