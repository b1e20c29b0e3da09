import { createHash, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Clock } from "../platform/clock.ts";
import { dateOf, describe, type TlsKeys } from "./tls_keys.ts";
import { isEncrypted, looksLikeDer, type Pem, readPem } from "./tls_pem.ts";

export interface TlsPaths {
  /** The server's certificate, and behind it those between it and its CA. */
  readonly certfile: string;
  readonly keyfile: string;
  /** With mutual TLS only: the CAs whose clients are let in. */
  readonly cacertfile?: string | undefined;
}

/** @throws what the operating system says */
export type ReadFile = (path: string) => Promise<Uint8Array>;

export type TlsReading =
  | { readonly kind: "usable"; readonly keys: TlsKeys }
  /** Each a line with its key and path; at least one. */
  | { readonly kind: "faulty"; readonly problems: readonly string[] };

/** What the runtime's TLS (rustls) can sign with; it says of others only that no client gets in. */
const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);
const RSA_BITS_MIN = 2048;

/**
 * The files of a TLS port. All is checked before it is used: `node:https` takes empty, unparsable
 * and mismatched PEM without a word, and then refuses every client (seen with Deno 2.8.3).
 */
export class TlsFiles {
  readonly #paths: TlsPaths;
  readonly #readFile: ReadFile;
  readonly #clock: Clock;

  constructor(paths: TlsPaths, readFile: ReadFile, clock: Clock) {
    this.#paths = paths;
    this.#readFile = readFile;
    this.#clock = clock;
  }

  /** Reads and checks them; finds all that is wrong, not just the first. */
  async read(): Promise<TlsReading> {
    const { certfile, keyfile, cacertfile } = this.#paths;
    const problems: string[] = [];
    const certAt = place("tlsserver.certfile", certfile, problems);
    const keyAt = place("tlsserver.keyfile", keyfile, problems);
    const caAt = place("tlsserver.cacertfile", cacertfile ?? "", problems);
    const [certFile, keyFile, caFile] = await Promise.all([
      this.#pem(certAt),
      this.#pem(keyAt),
      cacertfile === undefined ? undefined : this.#pem(caAt),
    ]);
    const chain = certFile && certificates(certFile, certAt);
    const key = keyFile && privateKey(keyFile, keyAt);
    const clientCas = caFile && certificates(caFile, caAt);
    if (chain && key) checkMatch(chain, key.object, certAt, keyAt);
    if (problems.length > 0 || !chain || !key) return { kind: "faulty", problems: problems.sort() };

    const [leaf] = chain as [X509Certificate];
    const pem = {
      cert: chain.map(toPem).join(""),
      key: key.text,
      ...(clientCas && { ca: clientCas.map(toPem).join("") }),
    };
    // The runtime's own word, for what is not looked for above. It says nothing about contents.
    attempt(() => createSecureContext({ cert: pem.cert, key: pem.key }), certAt);
    if (pem.ca !== undefined) attempt(() => createSecureContext({ ca: pem.ca }), caAt);
    if (problems.length > 0) return { kind: "faulty", problems: problems.sort() };
    return {
      kind: "usable",
      keys: {
        digest: digestOf([pem.cert, pem.key, pem.ca ?? ""]),
        description: describe(leaf),
        notAfter: Date.parse(leaf.validTo),
        warnings: this.#warnings(leaf),
        clientCas,
        secureContext: () => pem,
      },
    };
  }

  async #pem(at: Place): Promise<Pem & { readonly bytes: Uint8Array } | undefined> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#readFile(at.path);
    } catch (error) {
      return at.fault(reasonOf(error));
    }
    if (bytes.length === 0) return at.fault("is empty");
    const pem = readPem(bytes);
    if (pem.cutOff) return at.fault("is cut off: a -----BEGIN line has no -----END line");
    return { ...pem, bytes };
  }

  /** falcosidekick starts with such a certificate, too (Go's `tls.LoadX509KeyPair`). */
  #warnings(leaf: X509Certificate): string[] {
    const now = this.#clock.now();
    const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
    const place = `tlsserver.certfile: ${this.#paths.certfile}:`;
    return [
      ...(now >= to ? [`${place} expired on ${dateOf(to)}; clients will refuse it`] : []),
      ...(now < from ? [`${place} is not valid before ${dateOf(from)}; clients refuse it`] : []),
    ];
  }
}

interface Place {
  readonly key: string;
  readonly path: string;
  fault(what: string): undefined;
}

const place = (key: string, path: string, problems: string[]): Place => ({
  key,
  path,
  fault: (what) => void problems.push(`${key}: ${path}: ${what}`) as undefined,
});

function certificates(
  { blocks, bytes }: Pem & { readonly bytes: Uint8Array },
  at: Place,
): X509Certificate[] | undefined {
  const found = blocks.filter(({ label }) => label === "CERTIFICATE");
  if (found.length === 0) {
    const hint = looksLikeDer(bytes)
      ? "; it looks like DER, which openssl x509 -inform DER converts"
      : blocks[0]
      ? `, but ${blocks[0].label}`
      : "";
    return at.fault(`has no PEM certificate${hint}`);
  }
  const parsed: X509Certificate[] = [];
  for (const [index, { text }] of found.entries()) {
    try {
      parsed.push(new X509Certificate(text));
    } catch (error) {
      const which = found.length === 1 ? "its certificate" : `certificate ${index + 1} in it`;
      return at.fault(`${which} cannot be parsed: ${(error as Error).message}`);
    }
  }
  return parsed;
}

/** The first one, as Go and the runtime take it: `openssl ecparam` writes parameters before it. */
function privateKey(
  { blocks, bytes }: Pem & { readonly bytes: Uint8Array },
  at: Place,
): { readonly text: string; readonly object: KeyObject } | undefined {
  const found = blocks.find(({ label }) => label.endsWith("PRIVATE KEY"));
  if (!found) {
    const hint = looksLikeDer(bytes)
      ? "; it looks like DER, which openssl pkey -inform DER converts"
      : blocks[0]
      ? `, but ${blocks[0].label}`
      : "";
    return at.fault(`has no PEM private key${hint}`);
  }
  if (isEncrypted(found)) {
    return at.fault(
      "is encrypted; a passphrase is not supported, openssl pkey -in … -out … takes it away",
    );
  }
  let object: KeyObject;
  try {
    object = createPrivateKey(found.text);
  } catch {
    // What the parser says of a key does not belong in a log.
    return at.fault(`its ${found.label} cannot be parsed`);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = object;
  const usable = type === "ed25519" || type === "rsa" && details!.modulusLength! >= RSA_BITS_MIN ||
    type === "ec" && CURVES.has(details!.namedCurve!);
  if (usable) return { text: found.text, object };
  const kind = [type, details?.namedCurve ?? details?.modulusLength].filter(Boolean).join(" ");
  return at.fault(
    `is a key that cannot be used (${kind}); use RSA from ${RSA_BITS_MIN} bits on, ` +
      `ECDSA P-256, P-384 or P-521, or Ed25519`,
  );
}

function checkMatch(
  chain: readonly X509Certificate[],
  key: KeyObject,
  certAt: Place,
  keyAt: Place,
): void {
  const index = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  if (index === 0) return;
  if (index > 0) {
    return certAt.fault(
      `its first certificate must be the server's own; the key belongs to number ${index + 1}`,
    );
  }
  return keyAt.fault(
    `does not belong to the certificate in ${certAt.key} (${certAt.path}); ` +
      `expected its private key`,
  );
}

function attempt(use: () => void, at: Place): void {
  try {
    use();
  } catch (error) {
    at.fault(`cannot be used: ${(error as Error).message}`);
  }
}

const toPem = (certificate: X509Certificate): string => certificate.toString();

function digestOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("hex");
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === "ENOENT") return "does not exist";
  if (code === "EISDIR") return "is a folder";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  return `cannot be read: ${message}`;
}
