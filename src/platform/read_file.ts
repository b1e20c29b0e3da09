/**
 * Reads a file that is part of the program, such as a `.wasm` beside its JavaScript.
 *
 * @param url what `import.meta.resolve` gave: a `file:` URL, inside a compiled binary too
 * @throws what the operating system says (`Deno.errors.*`)
 */
export const readFile = (url: string): Uint8Array<ArrayBuffer> => Deno.readFileSync(new URL(url));

/**
 * As `readFile`, of a file that not every form of the program has.
 *
 * @throws what the operating system says, but for a file that is not there
 */
export function readFileIfThere(url: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return readFile(url);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
