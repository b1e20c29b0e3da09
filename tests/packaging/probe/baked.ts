/** What `deno compile` baked into a binary: JSON behind the mark where its own data begins. */
export interface Baked {
  readonly code_cache_key: unknown;
  readonly permissions: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

const MARK = new TextEncoder().encode("d3n0l4nd");

/** @throws when it is no compiled binary */
export function bakedInto(path: string): Baked {
  const bytes = Deno.readFileSync(path);
  const text = new TextDecoder("latin1");
  // The mark stands in Deno's own code, too; there it is not followed by a length and JSON.
  for (let at = bytes.length; (at = lastIndexOf(bytes, MARK, at)) >= 0; at--) {
    const length = Number(new DataView(bytes.buffer, at + MARK.length).getBigUint64(0, true));
    const start = at + MARK.length + 8;
    if (bytes[start] !== "{".charCodeAt(0) || start + length > bytes.length) continue;
    return JSON.parse(text.decode(bytes.subarray(start, start + length)));
  }
  throw new Error(`${path} was not made by deno compile`);
}

function lastIndexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.lastIndexOf(wanted[0]!, from - 1); at >= 0;) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
    if (at === 0) break;
    at = bytes.lastIndexOf(wanted[0]!, at - 1);
  }
  return -1;
}
