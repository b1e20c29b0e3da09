import { ROOT } from "./root.ts";

const INSTALL = "go install github.com/versity/versitygw/cmd/versitygw@v1.7.0";

/** Where the server's program is: `VERSITYGW`, or where `.ci/run` installs it. */
const PROGRAM = Deno.env.get("VERSITYGW") ?? `${ROOT}.cache/bin/versitygw`;

/** Why tests against it cannot run here; undefined when they can. */
export const NO_VERSITYGW = isExecutable(PROGRAM)
  ? undefined
  : `there is no ${PROGRAM}; with Go: GOBIN="$PWD/.cache/bin" ${INSTALL}`;

export interface Versitygw {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Buckets are the folders in here. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** Starts a versitygw on a free port, with a folder of its own below `parent`. */
export async function startVersitygw(parent: string): Promise<Versitygw> {
  const directory = Deno.makeTempDirSync({ dir: parent, prefix: "s3-" });
  const [accessKey, secretKey, region] = ["test-access-key", "test-secret-key", "us-east-1"];
  const port = freePort();
  const child = new Deno.Command(PROGRAM, {
    args: [
      ...["--access", accessKey, "--secret", secretKey, "--region", region],
      ...["--port", `127.0.0.1:${port}`, "--health", "/health", "--quiet"],
      ...["posix", directory],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const endpoint = `http://127.0.0.1:${port}`;
  let gone = false;
  const status = child.status.finally(() => gone = true);
  while (!await answers(`${endpoint}/health`)) {
    if (gone) throw new Error(`${PROGRAM} ended with ${(await status).code}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    endpoint,
    region,
    accessKey,
    secretKey,
    directory,
    stop: async () => {
      if (!gone) child.kill("SIGKILL");
      await status;
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // it does not listen yet
    throw error;
  }
}

function isExecutable(path: string): boolean {
  try {
    return (Deno.statSync(path).mode! & 0o111) !== 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
