import assert from "node:assert/strict";
import denoJson from "../../deno.json" with { type: "json" };
import { makeEvent } from "../support/make_event.ts";
import { post, sandbox } from "../support/sandbox.ts";

Deno.test("version and --version print the version of deno.json", async () => {
  await using box = sandbox();
  for (const args of [["version"], ["--version"], ["-v"]]) {
    const { code, stdout } = await box.run(args);
    const [name, ...values] = stdout.split("\n")[0]!.split(/ +/);
    assert.deepEqual([code, name, values], [0, "falco-lake", [denoJson.version]]);
    assert.match(stdout, /^Deno +2\./m);
  }
});

Deno.test("--help tells of every command", async () => {
  await using box = sandbox();
  const { code, stdout } = await box.run(["--help"]);
  assert.equal(code, 0);
  for (const command of ["run", "check", "map", "cat", "import", "buffer", "demo", "version"]) {
    assert.match(stdout, new RegExp(`^  ${command}\\b`, "m"));
  }
});

Deno.test("A wrong command line ends with 2, a failure with 1", async () => {
  await using box = sandbox();
  assert.equal((await box.run(["--no-such-option"])).code, 2);
  assert.equal((await box.run(["no-such-command"])).code, 2);
  assert.equal((await box.run(["cat"])).code, 2);
  const missing = await box.run(["cat", "missing.parquet"]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^falco-lake: .*missing\.parquet/);
  const noConfig = await box.run(["check", "-c", "missing.yaml"]);
  assert.equal(noConfig.code, 1);
  assert.match(noConfig.stderr, /missing\.yaml/);
});

Deno.test("check prints every value with its origin, no secret, and the warnings", async () => {
  await using box = sandbox();
  Deno.writeTextFileSync(
    `${box.directory}/c.yaml`,
    "listenport: 3000\naws:\n  accesskeyid: AKIAEXAMPLE\n  secretaccesskey: very-secret\n" +
      "lake:\n  directory: /lake\nslack:\n  webhookurl: https://example.com/hook\n",
  );
  const { code, stdout, stderr } = await box.run(["check", "-c", "c.yaml"], {
    environment: { BUFFER_MAXSIZE: "2GiB" },
  });
  assert.equal(code, 0);
  const settings = new Map(
    stdout.trimEnd().split("\n").map((line) => JSON.parse(line)).map((s) => [s.key, s]),
  );
  assert.deepEqual(settings.get("listenport"), {
    key: "listenport",
    value: "3000",
    origin: "c.yaml:1",
  });
  assert.deepEqual(settings.get("buffer.maxsize"), {
    key: "buffer.maxsize",
    value: "2GiB",
    origin: "env BUFFER_MAXSIZE",
  });
  assert.equal(settings.get("buffer.whenfull").origin, "default");
  assert.doesNotMatch(stdout + stderr, /very-secret|AKIAEXAMPLE/);
  assert.match(stderr, /^warning: c\.yaml:8:.*slack/m);
});

Deno.test("check and run name every mistake at once, with file, line, column and key, and end with 2", async () => {
  await using box = sandbox();
  Deno.writeTextFileSync(
    `${box.directory}/bad.yaml`,
    "listenport: many\nbuffer:\n  maxsise: 1GiB\n",
  );
  for (const command of ["check", "run"]) {
    const { code, stderr } = await box.run([command, "-c", "bad.yaml"]);
    assert.equal(code, 2);
    const lines = stderr.trimEnd().split("\n");
    assert.match(lines[0]!, /^bad\.yaml:1:13: listenport: Cannot accept "many"/);
    assert.match(lines[1]!, /^bad\.yaml:3:3: buffer\.maxsise: .*buffer\.maxsize/);
    assert.match(lines[2]!, /lake/);
    assert.equal(lines.length, 3);
  }
});

/** What the commands print, as far as it is looked at. */
interface Line {
  readonly metadata: { readonly version: string; logged_time: number };
  readonly event: number;
  readonly field: string;
  readonly value: unknown;
  readonly to: readonly string[];
  readonly unmapped: boolean;
}

const lines = (stdout: string): Line[] =>
  stdout.trimEnd().split("\n").map((line) => JSON.parse(line));

Deno.test("map turns events on standard input or in files into OCSF, and names what is none", async () => {
  await using box = sandbox();
  const events = `${makeEvent(1)}\n{"rule":"bad"}\n${makeEvent(2)}\n`;
  Deno.writeTextFileSync(`${box.directory}/events.ndjson`, events);
  const fromFile = await box.run(["map", "events.ndjson"]);
  const fromStdin = await box.run(["map"], { stdin: events });
  assert.deepEqual([fromFile.code, fromStdin.code], [1, 1]);
  assert.equal(fromFile.stderr, "events.ndjson:2: priority is missing\n");
  assert.equal(fromStdin.stderr, "standard input:2: priority is missing\n");
  const findings = fromFile.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(findings.map(({ class_uid, raw_data }) => [class_uid, raw_data]), [
    [2004, makeEvent(1)],
    [2004, makeEvent(2)],
  ]);
  assert.equal((await box.run(["map"], { stdin: makeEvent(1) })).code, 0);
});

Deno.test("cat prints what the agent wrote, one JSON object per row", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  await post(agent, makeEvent(1));
  await agent.stop();
  const path = /Upload parquet file (\S+) OK/.exec(agent.log())![1];
  const { code, stdout } = await box.run(["cat", `lake/${path}`]);
  assert.equal(code, 0);
  const rows = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(rows.map(({ raw_data }) => raw_data), [makeEvent(1)]);
  assert.equal(rows[0].evidences[0].process.pid, 1);
});

Deno.test("cat names the file it cannot read, prints the others, and ends with 1", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  await post(agent, makeEvent(1));
  await agent.stop();
  const path = `lake/${/Upload parquet file (\S+) OK/.exec(agent.log())![1]}`;
  Deno.writeTextFileSync(`${box.directory}/bad.parquet`, "PAR1 but not really");
  const { code, stdout, stderr } = await box.run(["cat", "bad.parquet", path]);
  assert.equal(code, 1);
  assert.match(stderr, /^falco-lake: bad\.parquet: ./);
  assert.equal(stdout.trimEnd().split("\n").length, 1);
});

Deno.test("map prints what cat prints of the lake's file, and with --explain where each field went", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  await post(agent, makeEvent(1));
  await agent.stop();
  const path = `lake/${/Upload parquet file (\S+) OK/.exec(agent.log())![1]}`;
  const written = lines((await box.run(["cat", path])).stdout)[0]!;
  const mapped = lines((await box.run(["map"], { stdin: makeEvent(1) })).stdout)[0]!;
  written.metadata.logged_time = mapped.metadata.logged_time; // two receptions
  assert.equal(JSON.stringify(mapped), JSON.stringify(written));

  const explained = lines((await box.run(["map", "--explain"], { stdin: makeEvent(1) })).stdout);
  const fields = Object.keys(JSON.parse(makeEvent(1)).output_fields);
  assert.deepEqual(explained.map(({ event, field }) => [event, field]), fields.map((f) => [1, f]));
  const { value, to, unmapped } = explained.find(({ field }) => field === "proc.pid")!;
  assert.deepEqual([value, to, unmapped], [1, ["evidences[0].process.pid"], false]);
});

Deno.test("map writes the OCSF version that is configured", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_OCSFVERSION: "1.8.0" };
  const { stdout } = await box.run(["map"], { stdin: makeEvent(1), environment });
  assert.equal(lines(stdout)[0]!.metadata.version, "1.8.0");
});

Deno.test("map writes falcosidekick's columns where the lake has them, which --explain knows nothing of", async () => {
  await using box = sandbox();
  const options = {
    stdin: makeEvent(1),
    environment: { ...box.environment, LAKE_SCHEMA: "falcosidekick" },
  };
  const row = JSON.parse((await box.run(["map"], options)).stdout);
  assert.deepEqual([row.classname, row.message], ["Security Finding", "A rule"]);
  const { code, stdout, stderr } = await box.run(["map", "--explain"], options);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.equal(
    stderr,
    "falco-lake: --explain is about OCSF, but lake.schema is falcosidekick; set it to ocsf for this\n",
  );
});

Deno.test("map of nothing is nothing, and no failure", async () => {
  await using box = sandbox();
  assert.deepEqual(await box.run(["map"], { stdin: "\n" }), { code: 0, stdout: "", stderr: "" });
});

Deno.test("demo leaves what it did not make in its folder alone", async () => {
  await using box = sandbox();
  Deno.mkdirSync(`${box.directory}/falco-lake-demo`);
  Deno.writeTextFileSync(`${box.directory}/falco-lake-demo/mine`, "precious");
  for (let run = 0; run < 2; run++) {
    const { code, stdout } = await box.run(["demo"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^Accepted +89 events$/m);
    assert.match(stdout, /^In the lake +89 events/m);
    assert.match(stdout, /^\d+ of the 89 rows:$/m);
  }
  assert.equal(Deno.readTextFileSync(`${box.directory}/falco-lake-demo/mine`), "precious");
});
