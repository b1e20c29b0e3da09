import assert from "node:assert/strict";
import { AGENT_FLAGS } from "../../scripts/agent_flags.ts";
import type { Check } from "../../src/cli/check_line.ts";
import type { Config } from "../../src/config/config.ts";
import { makeAuthority, NO_OPENSSL } from "../support/authority.ts";
import {
  ACCESS_KEY,
  bucketConfig,
  folderConfig,
  ROLE_ARN,
  SECRET_KEY,
  sessionS3,
  userSts,
} from "../support/aws.ts";
import { listing } from "../support/check_online.ts";
import { fakeS3 } from "../support/fake_s3.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

/** The checks of `configs`, each with the probe, in a process with the agent's own permissions. */
async function runAsAgent(
  directory: string,
  configs: readonly Config[],
  env: Readonly<Record<string, string>>,
): Promise<Check[]> {
  const program = `${directory}/main.ts`;
  Deno.writeTextFileSync(
    program,
    `import { checkOnline } from "${ROOT}src/cli/check_online.ts";
    import { systemProcess } from "${ROOT}src/platform/process.ts";
    for (const config of ${JSON.stringify(configs)}) {
      await checkOnline(config, { probe: true, json: true }, systemProcess);
    }`,
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--config", `${ROOT}deno.json`, ...AGENT_FLAGS, program],
    cwd: directory,
    // Not all of ours: Deno refuses all TLS to the agent where NODE_EXTRA_CA_CERTS is set.
    clearEnv: true,
    env: { ...passedOn(), ...env },
  }).output();
  const decoder = new TextDecoder();
  assert.equal(decoder.decode(stderr), "");
  return decoder.decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

/** Variables that Deno needs to find what it has cached. */
function passedOn(): Record<string, string> {
  return Object.fromEntries(
    ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_CACHE"].flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

Deno.test("The agent's own permissions suffice", async () => {
  await using box = sandbox();
  await using sts = userSts();
  await using s3 = sessionS3(sts, ({ method }) => method === "GET" ? listing() : 200);
  const role = { AWS_ROLEARN: ROLE_ARN };
  const chain = { ...role, AWS_ACCESSKEYID: "", AWS_SECRETACCESSKEY: "" };
  const configs = [
    bucketConfig(s3.endpoint, role),
    bucketConfig(s3.endpoint, chain),
    folderConfig(box.directory),
  ];
  const checks = await runAsAgent(box.directory, configs, {
    AWS_ENDPOINT_URL_STS: sts.endpoint,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
  });
  assert.deepEqual(checks.filter(({ ok }) => !ok), []);
  assert.equal(checks.length, 13);
});

testUnless(
  NO_OPENSSL,
  "The agent's own permissions suffice for tlsclient.cacertfile",
  async () => {
    await using box = sandbox();
    const authority = await makeAuthority(box.directory, "private");
    await using sts = userSts();
    await using s3 = fakeS3(({ method }) => method === "GET" ? listing() : 200, authority);
    const config = bucketConfig(s3.endpoint, { TLSCLIENT_CACERTFILE: authority.path });
    const checks = await runAsAgent(box.directory, [config], {
      AWS_ENDPOINT_URL_STS: sts.endpoint,
    });
    assert.deepEqual(checks.filter(({ ok }) => ok === false), []);
    assert.equal(checks.length, 6);
  },
);
