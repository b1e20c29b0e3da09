/** What the runtime says when a TLS connection does not come about. */
export interface TlsFailure {
  /** rustls' words. */
  readonly message: string;
  /** OpenSSL's name for what is wrong with the client's certificate; null when nothing is. */
  readonly authorizationError: string | null;
}

const TO_CLIENT = "falco-lake's certificate; give it the CA of tlsserver.certfile (Falco: " +
  "http_output.ca_cert), and use a host name the certificate has";

/** The runtime gives the same name to all of these. */
const CLIENT_CERTIFICATE = "its client certificate has expired, is not valid yet, is not for " +
  "clients (extendedKeyUsage), or is not from a CA in tlsserver.cacertfile";

/** By what rustls says; the first that fits. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /sent no certificates/,
    "it has no client certificate, which tlsserver.mutualtls asks for (Falco: http_output.mtls, " +
    "client_cert and client_key)",
  ],
  [/alert: UnknownCA/, `it does not know the CA of ${TO_CLIENT}`],
  [
    /alert: (BadCertificate|CertificateUnknown|UnsupportedCertificate)/,
    `it does not accept ${TO_CLIENT}`,
  ],
  [
    /alert: CertificateExpired/,
    "to it, falco-lake's certificate has expired; renew tlsserver.certfile, or check the clocks",
  ],
  [
    // A client of TLS 1.1 does not send the extensions that TLS 1.2 needs.
    /alert: ProtocolVersion|(SignatureAlgorithms|SupportedVersions)ExtensionRequired|NotOffered/,
    "it offers no TLS version that is new enough; use TLS 1.2 or 1.3",
  ],
  [/NoCipherSuitesInCommon/, "it offers no cipher in common; use a current TLS library"],
  [/known protocol/, "it speaks no HTTP/1.1 (ALPN), which is all that falco-lake does"],
  [/handshake timeout/, "it did not finish the handshake in time"],
  [/corrupt message/, "what it sent is not TLS"],
];

/** Why a client did not get in and what to do, in a person's words. */
export function explainTlsFailure({ message, authorizationError }: TlsFailure): string {
  if (authorizationError) return CLIENT_CERTIFICATE;
  const known = WORDS.find(([pattern]) => pattern.test(message));
  if (known) return known[1];
  if (message !== "socket hang up") return message;
  return `it hung up in the middle of the handshake; it may not trust ${TO_CLIENT}`;
}
