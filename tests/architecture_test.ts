import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(import.meta.resolve("../"));
const SRC = `${ROOT}src/`;

/**
 * Which rooms each room may import from (DESIGN.md §2). Data flows from left to right: receiver,
 * buffer, ocsf, parquet, lake; a room never imports one to its right, and buffer imports no room.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli", "platform"],
  cli: [
    "agent.ts",
    "version.ts",
    "config",
    "event",
    "buffer",
    "ocsf",
    "parquet",
    "lake",
    "receiver",
    "telemetry",
    "platform",
  ],
  "agent.ts": [
    "version.ts",
    "config",
    "event",
    "receiver",
    "buffer",
    "lake",
    "parquet",
    "telemetry",
    "platform",
  ],
  "version.ts": ["platform"],
  // For what a value may be: priorities, OCSF versions.
  config: ["event", "ocsf"],
  receiver: ["event", "telemetry", "platform"],
  buffer: ["telemetry", "platform"],
  ocsf: ["event", "platform"],
  parquet: ["event", "ocsf", "buffer", "platform"],
  lake: ["event", "buffer", "parquet", "config", "telemetry", "platform"],
  telemetry: ["event", "platform"],
  event: [],
  platform: [],
};

/** `config` gives its types to every room, and its code to the command line alone. */
const TYPES_ONLY = new Set(["agent.ts config", "lake config"]);

/** Files that may touch `Deno`: the platform, and the two entries. */
const MAY_TOUCH_DENO = /^(platform\/|main\.ts$|parquet\/encoder_worker\.ts$)/;

function sources(folder = ""): string[] {
  return [...Deno.readDirSync(SRC + folder)].flatMap((entry) => {
    const path = folder + entry.name;
    return entry.isDirectory ? sources(`${path}/`) : path.endsWith(".ts") ? [path] : [];
  });
}

const roomOf = (path: string): string => path.split("/")[0]!;

function importsOf(path: string): { readonly target: string; readonly typeOnly: boolean }[] {
  const text = Deno.readTextFileSync(SRC + path);
  const pattern =
    /^\s*(?:import|export)(\s+type)?\s(?:[^"';]*?from\s+)?"(\.[^"]+)"|import\("(\.[^"]+)"\)/gm;
  return [...text.matchAll(pattern)].map(([, typeOnly, statically, dynamically]) => ({
    target: new URL(statically ?? dynamically!, `file:///${path}`).pathname.slice(1),
    typeOnly: typeOnly !== undefined,
  }));
}

Deno.test("No room imports a room that lies behind it in the flow of data", () => {
  const wrong: string[] = [];
  for (const path of sources()) {
    const from = roomOf(path);
    const allowed = ALLOWED[from];
    assert.ok(allowed, `src/${path}: the room ${from} is not in DESIGN.md's table`);
    for (const { target, typeOnly } of importsOf(path)) {
      const to = roomOf(target);
      if (to === from || target === "deno.json") continue;
      if (!allowed.includes(to)) {
        wrong.push(
          `src/${path} imports ${target}: ${from} may import ${allowed.join(", ") || "no room"}`,
        );
      } else if (TYPES_ONLY.has(`${from} ${to}`) && !typeOnly) {
        wrong.push(`src/${path} imports code from ${target}: ${from} may import only its types`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("Only the platform and the two entries touch Deno", () => {
  const wrong = sources().filter((path) =>
    !MAY_TOUCH_DENO.test(path) && /\bDeno\./.test(withoutComments(path))
  );
  assert.deepEqual(wrong.map((path) => `src/${path}`), []);
});

Deno.test("No source file is longer than 500 lines", () => {
  const long = sources().filter((path) =>
    Deno.readTextFileSync(SRC + path).split("\n").length > 500
  );
  assert.deepEqual(long, []);
});

Deno.test("The top level holds only what the project's rules allow", () => {
  const allowed =
    /^(src|tests|scripts|deno\.json|deno\.lock|falco-lake\.yaml|README\.md|CHANGELOG\.md|LICENSE|dist|coverage|\..*)$/;
  const wrong = [...Deno.readDirSync(ROOT)].map(({ name }) => name).filter((name) =>
    !allowed.test(name)
  );
  assert.deepEqual(wrong, []);
});

function withoutComments(path: string): string {
  return Deno.readTextFileSync(SRC + path).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
}
