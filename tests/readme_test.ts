import assert from "node:assert/strict";
import { environmentName } from "../src/config/environment_name.ts";
import { KEY_PATHS, KEYS } from "../src/config/keys.ts";
import { README, readmeTable } from "./support/readme.ts";
import { ROOT } from "./support/root.ts";

Deno.test("README's table of the configuration is the program's", () => {
  const expected = KEY_PATHS.map((path) => [
    `\`${path}\``,
    `\`${environmentName(path)}\``,
    KEYS[path].default === "" ? "" : `\`${KEYS[path].default}\``,
    KEYS[path].doc,
  ]);
  assert.deepEqual(readmeTable("Configuration"), expected);
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
