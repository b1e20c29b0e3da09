/**
 * MurmurHash3 x86, 128 bits, seed 0, over the text as UTF-16LE; as 32 hexadecimal digits.
 *
 * For names, not for secrets: it is not cryptographic. It stands where SHA-256 would take as long
 * as all the rest of mapping an event. Source: Austin Appleby's MurmurHash3, public domain.
 */
export function murmur128(text: string): string {
  const length = text.length;
  let h1 = 0, h2 = 0, h3 = 0, h4 = 0;
  const whole = length & ~7; // 8 code units are a block of 16 bytes
  for (let i = 0; i < whole; i += 8) {
    h1 = rotate(h1 ^ mix(word(text, i), C1, 15, C2), 19);
    h1 = Math.imul(h1 + h2, 5) + 0x561ccd1b | 0;
    h2 = rotate(h2 ^ mix(word(text, i + 2), C2, 16, C3), 17);
    h2 = Math.imul(h2 + h3, 5) + 0x0bcaa747 | 0;
    h3 = rotate(h3 ^ mix(word(text, i + 4), C3, 17, C4), 15);
    h3 = Math.imul(h3 + h4, 5) + 0x96cd1c35 | 0;
    h4 = rotate(h4 ^ mix(word(text, i + 6), C4, 18, C1), 13);
    h4 = Math.imul(h4 + h1, 5) + 0x32ac3b17 | 0;
  }
  // The rest; words past the end are 0, and mix to 0.
  h1 ^= mix(word(text, whole), C1, 15, C2) ^ length * 2;
  h2 ^= mix(word(text, whole + 2), C2, 16, C3) ^ length * 2;
  h3 ^= mix(word(text, whole + 4), C3, 17, C4) ^ length * 2;
  h4 ^= mix(word(text, whole + 6), C4, 18, C1) ^ length * 2;

  h1 = h1 + h2 + h3 + h4 | 0;
  h2 = finish(h1 + h2), h3 = finish(h1 + h3), h4 = finish(h1 + h4);
  h1 = finish(h1) + h2 + h3 + h4 | 0;
  return hex(h1) + hex(h1 + h2) + hex(h1 + h3) + hex(h1 + h4);
}

const C1 = 0x239b961b, C2 = 0xab0e9789, C3 = 0x38b34ae5, C4 = 0xa1e38b93;

/** Two code units from `index` on, little-endian; 0 for those past the end. */
function word(text: string, index: number): number {
  // charCodeAt gives NaN past the end, which `|` reads as 0.
  return text.charCodeAt(index) | text.charCodeAt(index + 1) << 16;
}

const rotate = (value: number, bits: number): number => value << bits | value >>> 32 - bits;

const mix = (value: number, before: number, bits: number, after: number): number =>
  Math.imul(rotate(Math.imul(value, before), bits), after);

function finish(hash: number): number {
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return hash ^ hash >>> 16;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const hex = (value: number): string =>
  HEX[value >>> 24]! + HEX[value >>> 16 & 255]! + HEX[value >>> 8 & 255]! + HEX[value & 255]!;
