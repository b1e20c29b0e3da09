import assert from "node:assert/strict";
import { KEY_PATHS, type KeyPath, KEYS } from "../../src/config/keys.ts";
import { loadConfig } from "../../src/config/load.ts";

const FILE = new URL("../../falco-lake.yaml", import.meta.url);

/** `key: value` lines with the comment line above each, under their dotted keys. */
function entriesOf(text: string): { path: string; value: string; doc: string }[] {
  const entries: { path: string; value: string; doc: string }[] = [];
  const sections: string[] = [];
  let comment = "";
  for (const line of text.split("\n")) {
    const [, indent = "", name, value = ""] = /^( *)(\w+):(?: (.+))?$/.exec(line) ?? [];
    if (name === undefined) {
      comment = /^ *# (.+)$/.exec(line)?.[1] ?? "";
      continue;
    }
    sections.length = indent.length / 2;
    if (value === "") sections.push(name);
    else entries.push({ path: [...sections, name].join("."), value, doc: comment });
    comment = "";
  }
  return entries;
}

function shownDefault(path: KeyPath): string {
  const { type, default: text } = KEYS[path];
  if ("form" in type) return type.form === "map" ? "{}" : "[]";
  return text || '""';
}

Deno.test("falco-lake.yaml has every key in the table's order, with its default and its line", async () => {
  const entries = entriesOf(await Deno.readTextFile(FILE));
  assert.deepEqual(
    entries,
    KEY_PATHS.map((path) => ({ path, value: shownDefault(path), doc: KEYS[path].doc })),
  );
});

Deno.test("loading falco-lake.yaml gives exactly the defaults", async () => {
  const file = { fileName: "falco-lake.yaml", text: await Deno.readTextFile(FILE) };
  const loaded = loadConfig(file, () => undefined, { lakeRequired: false });
  const defaults = loadConfig(undefined, () => undefined, { lakeRequired: false });
  assert.deepEqual(loaded.config, defaults.config);
  assert.deepEqual(loaded.warnings, []);
  assert.ok(loaded.settings.every(({ origin }) => /^falco-lake\.yaml:\d+$/.test(origin)));
});
