import type { X509Certificate } from "node:crypto";

/** A certificate with its key, checked, and whose clients it lets in. */
export interface TlsKeys {
  /** Of the files' contents; tells whether they are the same. */
  readonly digest: string;
  /** Subject, names, serial number and expiry, for the log. */
  readonly description: string;
  /** When the certificate expires, in milliseconds since 1970. */
  readonly notAfter: number;
  /** What works and yet is wrong: each a line with its key and path. */
  readonly warnings: readonly string[];
  /** Whose client certificates are accepted; undefined without mutual TLS. */
  readonly clientCas: readonly X509Certificate[] | undefined;
  /** A function, so that whoever logs or inspects this object does not get the private key. */
  secureContext(): SecureContextKeys;
}

/** PEM, as `node:tls` takes it. */
export interface SecureContextKeys {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** For the log: `O=x, CN=lake; DNS:localhost; serial 3CCF…; expires 2027-03-01T17:10:27Z`. */
export function describe(certificate: X509Certificate): string {
  const { subject, subjectAltName, serialNumber } = certificate;
  return [
    subject ? subject.replaceAll("\n", ", ") : "no subject",
    subjectAltName ?? "no names (subjectAltName)",
    `serial ${serialNumber}`,
    `expires ${dateOf(Date.parse(certificate.validTo))}`,
  ].join("; ");
}

/** Certificates know seconds only. */
export const dateOf = (time: number): string => new Date(time).toISOString().replace(".000Z", "Z");
