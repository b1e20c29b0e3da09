/** One `-----BEGIN …-----` to its `-----END …-----` (RFC 7468). */
export interface PemBlock {
  /** "CERTIFICATE", "EC PRIVATE KEY", … */
  readonly label: string;
  /** With its first and last line, indentation and carriage returns taken away. */
  readonly text: string;
}

export interface Pem {
  /** In the file's order; text between them is comment and left out. */
  readonly blocks: readonly PemBlock[];
  /** Whether a block begins that does not end: the file is half written. */
  readonly cutOff: boolean;
}

const BLOCK = /-----BEGIN ([^\r\n]+?)-----[^]*?-----END \1-----/g;

/** @param bytes a file; anything at all, also DER */
export function readPem(bytes: Uint8Array): Pem {
  const text = new TextDecoder().decode(bytes);
  const blocks = [...text.matchAll(BLOCK)].map(([block, label]) => ({
    label: label!,
    text: block.split("\n").map((line) => line.trim()).join("\n") + "\n",
  }));
  return { blocks, cutOff: text.split("-----BEGIN ").length - 1 > blocks.length };
}

/** Whether it needs a passphrase, in the form of PKCS #8 (RFC 5958) or of RFC 1421. */
export const isEncrypted = ({ label, text }: PemBlock): boolean =>
  label === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: *4, *ENCRYPTED$/m.test(text);

/** Whether bytes look like a bare DER structure: a SEQUENCE with a length of two or more bytes. */
export const looksLikeDer = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x30 && (bytes[1]! & 0xf0) === 0x80;
