/**
 * Reads a file that is part of the program, such as a `.wasm` beside its JavaScript.
 *
 * @param url what `import.meta.resolve` gave: a `file:` URL, inside a compiled binary too
 * @throws what the operating system says (`Deno.errors.*`)
 */
export const readFile = (url: string): Uint8Array<ArrayBuffer> => Deno.readFileSync(new URL(url));
