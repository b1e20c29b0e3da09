import { ROOT } from "../../support/root.ts";
import { type Pair, toJson } from "./pair.ts";

/** What Go's text/template makes of a pair (go/main.go). */
export interface GoAnswer {
  readonly text: string;
  readonly parseError?: string;
  readonly error?: string;
}

/** 1.23 brought `else with`, 1.24 what range goes over; older ones would differ. */
const OLDEST = 24;

const PROGRAM = "/usr/local/go/bin/go";

/** Without network, modules and the toolchain's own downloads; the build's files stay in here. */
const ENVIRONMENT = {
  GO111MODULE: "off",
  GOFLAGS: "",
  GOPROXY: "off",
  GOTOOLCHAIN: "local",
  GOCACHE: `${ROOT}.cache/go-build`,
};

const go = ["go", PROGRAM].find((program) => minorVersion(program) >= OLDEST);

/** Why Go cannot be asked here; undefined when it can. */
export const NO_GO = go ? undefined : `there is no Go 1.${OLDEST} or newer`;

/** Asks Go about all pairs at once: starting it is what takes time. */
export async function askGo(pairs: readonly Pair[]): Promise<readonly GoAnswer[]> {
  const child = new Deno.Command(go!, {
    args: ["run", `${ROOT}tests/event/template/go/main.go`],
    env: ENVIRONMENT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const questions = pairs.map(({ template, data }) =>
    `{"template":${JSON.stringify(template)},"data":${toJson(data)}}\n`
  );
  const [output] = await Promise.all([
    new Response(child.stdout).text(),
    new Blob(questions).stream().pipeTo(child.stdin),
  ]);
  const { success } = await child.status;
  const answers = output.trimEnd().split("\n");
  if (!success || answers.length !== pairs.length) {
    throw new Error(`Go answered ${answers.length} of ${pairs.length} pairs`);
  }
  return answers.map((line) => JSON.parse(line));
}

/** Of Go 1.x; 0 when the program cannot be started. */
function minorVersion(program: string): number {
  try {
    const { stdout } = new Deno.Command(program, { args: ["env", "GOVERSION"], env: ENVIRONMENT })
      .outputSync();
    return Number(/^go1\.(\d+)/.exec(new TextDecoder().decode(stdout))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
