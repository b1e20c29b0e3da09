import { isThere } from "./is_there.ts";
import { ROOT } from "./root.ts";

/** The server of moto: `FALCO_LAKE_MOTO`, or where `.ci/run` installs it. */
const PROGRAM = Deno.env.get("FALCO_LAKE_MOTO") ?? `${ROOT}.cache/python/bin/moto_server`;

/** Why tests against it cannot run here; undefined when they can. */
export const NO_MOTO = isThere(PROGRAM)
  ? undefined
  : `there is no ${PROGRAM}; .cache/python/bin/pip install 'moto[server]==5.1.18'`;

export interface Moto extends AsyncDisposable {
  /** Of all its services. */
  readonly endpoint: string;
}

/** Starts a moto on a free port: an AWS that is none of ours. It checks no signatures. */
export async function startMoto(): Promise<Moto> {
  const child = new Deno.Command(PROGRAM, {
    args: ["-H", "127.0.0.1", "-p", "0"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { PYTHONUNBUFFERED: "1" },
  }).spawn();
  let log = "";
  const listening = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      log += text;
      const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (endpoint !== undefined) listening.resolve(endpoint);
    }
    listening.reject(new Error(`${PROGRAM} ended:\n${log}`));
  })();
  return {
    endpoint: await listening.promise,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.status;
      await reading;
    },
  };
}
