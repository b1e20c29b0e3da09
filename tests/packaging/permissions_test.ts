import assert from "node:assert/strict";
import { AGENT_FLAGS } from "../../scripts/agent_flags.ts";
import { builtBinary } from "../support/binary.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { bakedInto } from "./probe/baked.ts";
import { compileProbe } from "./probe/compile.ts";

/*
 * A program that tries to run programs, load libraries and import remote code is compiled with the
 * agent's flags. What it may not do, the agent may not do: the same permissions are baked into both.
 */

const folder = `${ROOT}.cache/probe`;
Deno.mkdirSync(folder, { recursive: true });
const binary = await builtBinary();
const probe = await compileProbe(`${folder}/probe`, AGENT_FLAGS);
const free = await compileProbe(`${folder}/free`, ["--allow-all"]);
const NO_SCRIPT = await missing("script");

/** Of the C library's, which is there wherever the binary runs. */
const LIBRARY = "libm.so.6";

/** Variables with which Deno or Node would be more generous, if they listened to them. */
const TEMPTING = {
  DENO_NO_PROMPT: "0",
  DENO_PERMISSIONS: "all",
  DENO_V8_FLAGS: "--allow-natives-syntax",
  NODE_OPTIONS: "--allow-child-process --allow-addons --experimental-network-imports",
};

interface Attempts {
  /** Why each attempt was refused, by its name; empty where it was not. */
  readonly refused: ReadonlyMap<string, string>;
  /** Programs that really ran. */
  readonly ran: number;
  /** Requests for the remote module. */
  readonly fetched: number;
  /** All it printed. */
  readonly output: string;
}

/** Runs a probe with a shell command that gets it as `"$@"`; what is typed is its input. */
async function attempts(path: string, command: string, typed: string): Promise<Attempts> {
  await using box = sandbox();
  const marks = `${box.directory}/marks`;
  Deno.mkdirSync(marks);
  let fetched = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    fetched++;
    return new Response("self.postMessage?.('loaded'); export {};", {
      headers: { "content-type": "text/javascript" },
    });
  });
  const url = `http://127.0.0.1:${server.addr.port}/module.js`;
  const child = new Deno.Command("bash", {
    args: ["-c", command, "bash", path, marks, LIBRARY, url],
    env: { ...TEMPTING, PATH: Deno.env.get("PATH") ?? "" },
    clearEnv: true,
    cwd: box.directory,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(typed));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const refused = new Map<string, string>();
  for (const line of output.match(/^\{"name".*\}/gm) ?? []) {
    const attempt: { readonly name: string; readonly refused: string } = JSON.parse(line);
    refused.set(attempt.name, attempt.refused);
  }
  return { refused, ran: [...Deno.readDirSync(marks)].length, fetched, output };
}

const names = (found: Attempts, kind: string) =>
  [...found.refused.keys()].filter((name) => name.startsWith(kind));

function assertNothingSucceeded(found: Attempts): void {
  assert.ok(found.refused.size >= 18, found.output);
  for (const [name, why] of found.refused) assert.notEqual(why, "", name);
  for (const name of names(found, "ffi: ")) {
    assert.match(found.refused.get(name)!, /NotCapable: Requires ffi access/, name);
  }
  assert.equal(found.ran, 0);
  assert.equal(found.fetched, 0);
}

testUnless(
  probe.missing,
  "With the agent's flags no program runs, no library is loaded and no remote code imported",
  async () => assertNothingSucceeded(await attempts(probe.path!, `exec "$@"`, "")),
);

testUnless(
  probe.missing ?? NO_SCRIPT,
  "On a terminal nothing is asked either, and an answer typed ahead allows nothing",
  async () => {
    const command = `script --quiet --command "$(printf '%q ' "$@")" /dev/null`;
    const found = await attempts(probe.path!, command, "A\nA\nA\nA\nA\nA\nA\nA\n");
    assertNothingSucceeded(found);
    assert.doesNotMatch(found.output, /Allow\?|requests/);
  },
);

testUnless(
  free.missing,
  "The same program with all permissions does all that; only remote code no binary imports",
  async () => {
    const found = await attempts(free.path!, `exec "$@"`, "");
    const allowed = [...found.refused].filter(([, why]) => why === "").map(([name]) => name);
    assert.deepEqual(
      allowed.filter((name) => name.startsWith("run: ") || name.startsWith("ask: ")),
      [...names(found, "ask: "), ...names(found, "run: ")],
      found.output,
    );
    assert.ok(allowed.includes("ffi: Deno.dlopen"), found.output);
    assert.ok(found.ran >= 6, found.output);
    assert.equal(found.fetched, 0);
  },
);

testUnless(
  binary.missing ?? probe.missing,
  "The binary has the very permissions of that program, never asks, and takes no code from a cache",
  () => {
    const [agent, tried] = [bakedInto(binary.path!), bakedInto(probe.path!)];
    assert.deepEqual(agent.permissions, tried.permissions);
    assert.equal(agent.permissions["prompt"], false);
    for (const kind of ["allow_run", "allow_ffi"]) {
      assert.equal(agent.permissions[kind], null, kind);
    }
    assert.deepEqual(agent.permissions["deny_import"], []); // empty: all of it
    for (
      const key of [
        "argv",
        "unstable_config",
        "unsafely_ignore_certificate_errors",
        "env_vars_from_env_file",
        "preload_modules",
        "require_modules",
        "otel_config",
      ]
    ) assert.deepEqual(agent[key], tried[key], key);
    // It would be read from the folder for temporary files, where anybody may have put it.
    assert.equal(agent.code_cache_key, null);
  },
);

async function missing(program: string): Promise<string | undefined> {
  try {
    await new Deno.Command(program, { args: ["--version"], stdout: "null" }).output();
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `there is no ${program}`;
  }
}
