import assert from "node:assert/strict";
import { makeReleaseFolder } from "../support/release_folder.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

/** What `install.sh` says of the binary; it need not be ours, since nothing is started below --root. */
const PROGRAM = "#!/bin/sh\necho falco-lake\n";

/** An unpacked release, and a folder to install it below. */
async function setup() {
  const box = sandbox();
  const [release, root] = [`${box.directory}/release`, `${box.directory}/root`];
  Deno.mkdirSync(root);
  Deno.writeTextFileSync(`${box.directory}/program`, PROGRAM);
  const name = await makeReleaseFolder(release, `${box.directory}/program`);
  return {
    binary: `${release}/${name}`,
    release,
    root,
    directory: box.directory,
    install: (...args: readonly string[]) =>
      sh([`${release}/install.sh`, "--root", root, ...args], box.directory),
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
}

async function sh(args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const output = await new Deno.Command("sh", { args: [...args], cwd, env, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/** Every file and folder below, with its mode. */
function tree(folder: string, path = ""): string[] {
  return [...Deno.readDirSync(folder + path)].flatMap(({ name, isDirectory, isSymlink }) => {
    const below = `${path}/${name}`;
    const mode = (Deno.lstatSync(folder + below).mode! & 0o7777).toString(8);
    if (isSymlink) return [`${below} -> ${Deno.readLinkSync(folder + below)}`];
    return isDirectory ? tree(folder, below) : [`${below} ${mode}`];
  }).sort();
}

const INSTALLED = [
  "/etc/falco-lake/environment 600",
  "/etc/falco-lake/falco-lake.yaml 644",
  "/etc/systemd/system/falco-lake.service 644",
  "/etc/systemd/system/multi-user.target.wants/falco-lake.service -> " +
  "/etc/systemd/system/falco-lake.service",
  "/usr/local/bin/falco-lake 755",
];

Deno.test("install.sh makes each file once, with its mode, and a second run changes nothing", async () => {
  await using run = await setup();
  const first = await run.install();
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(tree(run.root), INSTALLED);
  const binary = `${run.root}/usr/local/bin/falco-lake`;
  assert.equal(Deno.readTextFileSync(binary), PROGRAM);
  const before = Deno.statSync(binary).ino;
  const second = await run.install();
  assert.deepEqual([second.code, second.stdout], [0, "Nothing has changed\n"]);
  assert.deepEqual(tree(run.root), INSTALLED);
  assert.equal(Deno.statSync(binary).ino, before);
});

Deno.test("install.sh's own configuration is valid, and writes the lake below the state directory", async () => {
  await using run = await setup();
  await run.install();
  await using box = sandbox();
  const file = `${run.root}/etc/falco-lake/falco-lake.yaml`;
  const { code, stdout, stderr } = await box.run(["check", "-c", file]);
  assert.deepEqual([code, stderr], [0, ""]);
  const settings = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const valueOf = (key: string) => settings.find((setting) => setting.key === key).value;
  assert.equal(valueOf("lake.directory"), "/var/lib/falco-lake/lake");
  assert.equal(valueOf("buffer.directory"), "/var/lib/falco-lake");
});

Deno.test("install.sh upgrades the binary and the unit, and leaves what is the user's", async () => {
  await using run = await setup();
  await run.install();
  const own = [
    `${run.root}/etc/falco-lake/falco-lake.yaml`,
    `${run.root}/etc/falco-lake/environment`,
  ];
  for (const path of own) Deno.writeTextFileSync(path, "# mine\n");
  const newer = `${run.directory}/newer`;
  Deno.writeTextFileSync(newer, `${PROGRAM}# newer\n`);
  Deno.writeTextFileSync(`${run.release}/falco-lake.service`, "[Service]\n");
  const { code, stdout } = await run.install(newer, "--no-checksum");
  assert.equal(code, 0);
  assert.match(stdout, /^Installed or changed:\n {2}\S+falco-lake\.service\n {2}\S+falco-lake\n$/);
  assert.match(Deno.readTextFileSync(`${run.root}/usr/local/bin/falco-lake`), /# newer/);
  for (const path of own) assert.equal(Deno.readTextFileSync(path), "# mine\n");
  assert.deepEqual(tree(run.root), INSTALLED);
});

Deno.test("install.sh refuses a binary that is not what its checksum says, and installs nothing then", async () => {
  await using run = await setup();
  const wrong = await run.install("--sha256", "0".repeat(64));
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /is not what it should be: its SHA-256 is [0-9a-f]{64}, and --sha256/);
  Deno.writeTextFileSync(run.binary, `${PROGRAM}# changed\n`);
  const changed = await run.install();
  assert.equal(changed.code, 1);
  assert.match(changed.stderr, /\.sha256 says/);
  Deno.removeSync(`${run.binary}.sha256`);
  const unknown = await run.install();
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /\.sha256 is missing: give .* --sha256, or --no-checksum/);
  assert.deepEqual(tree(run.root), []);
  const digest = await crypto.subtle.digest("SHA-256", Deno.readFileSync(run.binary));
  const hex = new Uint8Array(digest).toHex().toUpperCase();
  assert.equal((await run.install("--sha256", hex)).code, 0);
  // As `printf %s` writes it: no file name, no newline.
  Deno.writeTextFileSync(`${run.binary}.sha256`, hex);
  assert.equal((await run.install()).code, 0);
});

Deno.test("install.sh takes a configuration once, and none that every user could read secrets in", async () => {
  await using run = await setup();
  const file = `${run.directory}/config.yaml`;
  Deno.writeTextFileSync(
    file,
    "slack:\n  webhookurl: https://hooks.example/T0\naws:\n  secretaccesskey: 'x'\n" +
      'datadog:\n  apikey: ""\nsmtp:\n  password: # none\n',
  );
  const secret = await run.install("--config", file);
  assert.equal(secret.code, 1);
  assert.match(
    secret.stderr,
    /secrets[\s\S]*\n {2}line 2: webhookurl\n {2}line 4: secretaccesskey\n/,
  );
  assert.doesNotMatch(secret.stderr, /hooks\.example|line [678]/);
  for (
    const text of ["aws: {secretaccesskey: x}", '"secretaccesskey": "x"', "a: 1 # x\nmytoken: x"]
  ) {
    Deno.writeTextFileSync(file, `${text}\n`);
    assert.match((await run.install("--config", file)).stderr, /looks like secrets/, text);
  }
  assert.deepEqual(tree(run.root), []);
  assert.equal((await run.install()).code, 0);
  const harmless = "# secretaccesskey: in the environment\nlake: {directory: /lake}\n";
  Deno.writeTextFileSync(file, harmless);
  assert.equal((await run.install("--config", file)).code, 0, "what is there is the default");
  const installed = `${run.root}/etc/falco-lake/falco-lake.yaml`;
  assert.equal(Deno.readTextFileSync(installed), harmless);
  assert.equal((await run.install("--config", file)).code, 0, "it is the same");
  Deno.writeTextFileSync(file, "lake: {directory: /other}\n");
  const other = await run.install("--config", file);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /falco-lake\.yaml is not the default, and not overwritten/);
});

Deno.test("install.sh refuses what it does not understand, and says what it needs", async () => {
  await using run = await setup();
  for (
    const [args, message] of [
      [["--frobnicate"], /unknown option --frobnicate/],
      [["a", "b"], /one binary only, not a and b/],
      [["--sha256"], /--sha256 needs a value/],
      [["--purge"], /--purge goes with --uninstall/],
      [["--no-checksum", "--sha256", "00"], /contradict/],
    ] as const
  ) {
    const { code, stderr } = await run.install(...args);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
  const missing = await run.install("no-such-binary");
  assert.deepEqual([missing.code, missing.stderr.includes("no-such-binary")], [1, true]);
  Deno.copyFileSync(run.binary, run.binary.replace("0.0.0", "0.0.1"));
  assert.match((await run.install()).stderr, /0\.0\.0\S* and \S*0\.0\.1\S*: name one/);
  Deno.removeSync(run.binary);
  Deno.removeSync(run.binary.replace("0.0.0", "0.0.1"));
  assert.match((await run.install()).stderr, /no binary for \S+ beside /);
  assert.deepEqual(tree(run.root), []);
});

Deno.test("install.sh works from the repository, and below DESTDIR", async () => {
  await using run = await setup();
  const args = [`${ROOT}scripts/install.sh`, run.binary];
  const { code, stderr } = await sh(args, run.directory, { DESTDIR: run.root });
  assert.equal(code, 0, stderr);
  assert.deepEqual(tree(run.root), INSTALLED);
});

Deno.test("install.sh --uninstall leaves configuration and buffer, and --purge nothing", async () => {
  await using run = await setup();
  await run.install();
  const state = `${run.root}/var/lib/private/falco-lake`;
  Deno.mkdirSync(state, { recursive: true });
  Deno.writeTextFileSync(`${state}/00000000000000000001.seg`, "");
  Deno.symlinkSync("private/falco-lake", `${run.root}/var/lib/falco-lake`);
  const { code, stdout } = await run.install("--uninstall");
  assert.equal(code, 0);
  assert.match(stdout, /^Kept: \S+\/etc\/falco-lake \(configuration\)$/m);
  assert.match(stdout, /^Kept: \S+\/var\/lib\/private\/falco-lake \(events that wait/m);
  assert.deepEqual(tree(run.root).filter((line) => !line.includes("/var/")), INSTALLED.slice(0, 2));
  assert.equal((await run.install("--uninstall", "--purge")).code, 0);
  assert.deepEqual(tree(run.root), []);
  assert.equal((await run.install("--uninstall", "--purge")).code, 0, "a second time");
});

const shellcheck = await sh(["-c", "command -v shellcheck"], ROOT);
const noShellcheck = shellcheck.code === 0 ? undefined : "there is no shellcheck";

testUnless(noShellcheck, "shellcheck has nothing to say of install.sh", async () => {
  const { code, stdout } = await sh(["-c", `shellcheck ${ROOT}scripts/install.sh`], ROOT);
  assert.deepEqual([code, stdout], [0, ""]);
});
