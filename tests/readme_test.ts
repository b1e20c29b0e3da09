import assert from "node:assert/strict";
import { environmentName } from "../src/config/environment_name.ts";
import { KEY_PATHS, KEYS } from "../src/config/keys.ts";
import { ROOT } from "./support/root.ts";

const README = Deno.readTextFileSync(`${ROOT}README.md`);

/** A table's rows as its cells, whatever the widths. */
function table(title: string): string[][] {
  const section = README.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  return section.split("\n").filter((line) => line.startsWith("|")).slice(2)
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("README's table of the configuration is the program's", () => {
  const expected = KEY_PATHS.map((path) => [
    `\`${path}\``,
    `\`${environmentName(path)}\``,
    KEYS[path].default === "" ? "" : `\`${KEYS[path].default}\``,
    KEYS[path].doc,
  ]);
  assert.deepEqual(table("Configuration"), expected);
});

Deno.test("README names the two commands as they are in deno.json and .ci/run", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  for (const task of ["demo", "test"]) {
    assert.ok(task in tasks);
    assert.ok(README.includes(`npx -y deno@2.8.3 task ${task}\n`), task);
  }
});

Deno.test("Files that README links to exist", () => {
  const links = [...README.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path!);
  assert.ok(links.length > 0);
  for (const path of links) Deno.statSync(ROOT + path);
});
