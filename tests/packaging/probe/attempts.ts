/**
 * What a program tries that wants more than falco-lake may do. It is compiled as the agent is, with
 * the agent's own flags, and prints what came of each attempt as a line of JSON. Its arguments are a
 * folder it may write to, a shared library and a URL that serves a module.
 */
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { programs } from "./programs.ts";
import { askWorker, inWorker, moduleOf } from "./workers.ts";

const [directory, library, url] = Deno.args as [string, string, string];

async function request(name: Deno.PermissionDescriptor["name"]): Promise<void> {
  const { state } = await Deno.permissions.request({ name });
  if (state !== "granted") throw new Error(state);
}

const attempts: Readonly<Record<string, () => unknown>> = {
  "ask: run": () => request("run"),
  "ask: ffi": () => request("ffi"),
  "ask: import": () => request("import"),
  "ask: sys": () => request("sys"),
  ...programs(directory),
  "ffi: Deno.dlopen": () => Deno.dlopen(library, {}),
  "ffi: Deno.dlopen in a worker": () => inWorker(`Deno.dlopen(${JSON.stringify(library)}, {})`),
  "ffi: process.dlopen": () => process.dlopen({ exports: {} }, library),
  "ffi: an extension of SQLite": () =>
    new DatabaseSync(":memory:", { allowExtension: true }).loadExtension(library),
  "import: a module": () => import(url),
  "import: a module in a worker": () => inWorker(`import(${JSON.stringify(url)})`),
  "import: a worker": () => askWorker(url),
  "import: by a module of text": () => import(moduleOf(`import ${JSON.stringify(url)};`)),
};

for (const [name, attempt] of Object.entries(attempts)) {
  const refused = await Promise.resolve().then(attempt).then(() => "", String);
  const line = JSON.stringify({ name, refused: refused.split("\n")[0] });
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
