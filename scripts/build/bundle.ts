import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Build } from "../../src/version.ts";
import { deno } from "./deno.ts";

/** Further files that the bundle needs at run time, by their path in it. */
export const EMBEDDED = ["encoder_worker.ts", "parquet_wasm_bg.wasm", "build.json"];

/** Where the bundle begins. */
export const ENTRY = "main.js";

/**
 * Writes the program into a folder as a few files of JavaScript: without what nobody calls, which
 * makes the binary 22 MB smaller and an idle agent 27 MiB (measured with `scripts/bench/start.ts`). In
 * pieces, so that the AWS SDK is still loaded only by who needs it. Not minified: that saves another
 * 2 MB of 106, and costs the names in a stack trace.
 *
 * @throws when Deno cannot bundle; it says why on standard error
 */
export async function bundle(root: string, to: string, build: Build): Promise<void> {
  const sources = `${to}-sources`;
  copySources(root, sources);
  await deno(
    sources,
    ...["bundle", "--quiet", "--no-check", "--platform=deno", "--code-splitting", `--outdir=${to}`],
    // ECMAScript modules where a package has both: see `refuseBareCommonJs`.
    "--conditions=module",
    // The bundler names each module by its path from here, and Deno's cache can be anywhere.
    "--node-modules-dir=auto",
    ...["src/main.ts", "src/parquet/encoder_worker.ts"],
  );
  refuseBareCommonJs(to);
  const write = (name: string, text: string) => Deno.writeTextFileSync(`${to}/${name}`, text);
  // The program looks for its worker beside the module that starts it, which is up here now.
  write("encoder_worker.ts", 'import "./parquet/encoder_worker.js";\n');
  write("build.json", JSON.stringify(build));
  Deno.copyFileSync(
    fileURLToPath(import.meta.resolve("parquet-wasm/wasm")),
    `${to}/parquet_wasm_bg.wasm`,
  );
  write(
    "deno.json",
    JSON.stringify({ imports: { "parquet-wasm/wasm": "./parquet_wasm_bg.wasm" } }),
  );
  setTimes(to, new Date(build.date));
}

/**
 * The bundler gives a CommonJS module that is imported dynamically no named exports, and whoever
 * imports it gets `undefined` for them.
 *
 * @throws when there is one
 */
function refuseBareCommonJs(folder: string): void {
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    const text = isFile ? Deno.readTextFileSync(`${folder}/${name}`) : "";
    for (const [, imported] of text.matchAll(/\bimport\("\.\/([^"]+)"\)/g)) {
      if (/^export default require_/m.test(Deno.readTextFileSync(`${folder}/${imported}`))) {
        throw new Error(
          `${name} imports ${imported}, which is CommonJS: its exports would be lost`,
        );
      }
    }
  }
}

/** A folder of their own, because the bundler puts `node_modules` there. */
function copySources(root: string, to: string): void {
  for (const name of ["src", "deno.json", "deno.lock"]) {
    Deno.mkdirSync(to, { recursive: true });
    cpSync(`${root}${name}`, `${to}/${name}`, { recursive: true });
  }
}

/** `deno compile` keeps files' times, and the same commit must give the same bytes. */
function setTimes(folder: string, time: Date): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) setTimes(`${folder}/${name}`, time);
    else Deno.utimeSync(`${folder}/${name}`, time, time);
  }
}
