import assert from "node:assert/strict";
import { startInCloud, USER_SECRET, userKeys } from "../support/cloud/agent.ts";
import { cloud, PROVIDER_ROLE } from "../support/cloud/cloud.ts";
import { USER_ARN } from "../support/cloud/iam.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, metric, post, sandbox } from "../support/sandbox.ts";

Deno.test("A wrong external id is refused with its hint, and a SIGHUP with the right one brings the events in", async () => {
  await using box = sandbox();
  await using aws = cloud();
  aws.sts.externalId = "right";
  const file = `${box.directory}/falco-lake.yaml`;
  const write = (externalid: string) =>
    Deno.writeTextFileSync(file, `aws: {rolearn: "${PROVIDER_ROLE}", externalid: ${externalid}}\n`);
  write("wrong");
  const agent = await startInCloud(box, aws, userKeys(aws), ["run", "-c", file]);
  await post(agent, makeEvent(1));
  agent.signal("SIGUSR2");
  await agent.logged(/AccessDenied 403: .* sts:AssumeRole .*aws\.externalid.*attempt 1\)/);
  assert.equal(await metric(agent, "falco_lake_buffer_events"), 1);
  write("right");
  agent.signal("SIGHUP");
  await agent.logged(/the configuration is in force/);
  await flush(agent);
  assert.equal(aws.s3.objects.size, 1);
});

Deno.test("An STS that is busy is asked again; the log says whose the credentials are, and no secret", async () => {
  await using box = sandbox();
  await using aws = cloud();
  aws.sts.fault = ({ action }) =>
    action === "AssumeRole" ? new Response("busy", { status: 503 }) : undefined;
  const agent = await startInCloud(box, aws, { ...userKeys(aws), AWS_ROLEARN: PROVIDER_ROLE });
  await agent.logged(/\[INFO\] {2}: AWS - the credentials are those of arn:/);
  const whose = `${USER_ARN} (account 123456789012); uploads assume the role ${PROVIDER_ROLE}`;
  assert.ok(agent.log().includes(whose));
  await post(agent, makeEvent(1));
  agent.signal("SIGUSR2");
  await agent.logged(/AWS SecurityLake - .*503.*attempt 1\); 1 events wait on disk/);
  const metrics = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
  assert.match(metrics, /^falco_lake_upload_retries_total\{class="throttled"\} 1$/m);
  aws.sts.fault = () => undefined;
  await flush(agent);
  assert.equal(aws.s3.objects.size, 1);
  assert.equal(await agent.stop(), 0);
  assert.ok(!agent.log().includes(USER_SECRET), "no secret");
});

const UNREADABLE: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
  ["a web identity token file", {
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/falco-base",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token",
  }, /\/nowhere\/token.*AWS_WEB_IDENTITY_TOKEN_FILE, cannot be read/],
  ["a container's token file", {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/nowhere/token",
  }, /\/nowhere\/token.*cannot be read/],
  [
    "a shared file that cannot be read",
    { AWS_SHARED_CREDENTIALS_FILE: "/proc" }, // a folder: root may read all files
    /CredentialsProviderError: cannot read \/proc: /,
  ],
  [
    "a profile that is nowhere",
    { AWS_PROFILE: "lake" },
    /CredentialsProviderError.*a profile of AWS_PROFILE/,
  ],
];
for (const [what, environment, expected] of UNREADABLE) {
  Deno.test(`The log says what to do about ${what}`, async () => {
    await using box = sandbox();
    await using aws = cloud();
    const agent = await startInCloud(box, aws, {
      ...environment,
      AWS_EC2_METADATA_DISABLED: "true",
    });
    await post(agent, makeEvent(1));
    agent.signal("SIGUSR2");
    await agent.logged(/attempt 1\)/);
    const line = agent.log().split("\n").find((text) => text.includes("attempt 1)"))!;
    assert.match(line, expected);
  });
}

Deno.test("A profile with credential_process is refused with the reason", async () => {
  await using box = sandbox();
  await using aws = cloud();
  Deno.writeTextFileSync(
    `${box.directory}/config`,
    "[profile lake]\ncredential_process = /bin/x\n",
  );
  const agent = await startInCloud(box, aws, {
    AWS_PROFILE: "lake",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  await post(agent, makeEvent(1));
  agent.signal("SIGUSR2");
  await agent.logged(/attempt 1\)/);
  const line = agent.log().split("\n").find((text) => text.includes("attempt 1)"))!;
  assert.match(line, /credential_process.* may not run programs/);
});

Deno.test("A store that is none of AWS's is not asked whose the keys are, unless a role is assumed", async () => {
  await using box = sandbox();
  for (const role of ["", PROVIDER_ROLE]) {
    await using aws = cloud();
    const agent = await startInCloud(box, aws, {
      ...userKeys(aws),
      BUFFER_DIRECTORY: `${box.directory}/buffer-${role.length}`,
      AWS_SECURITYLAKE_ENDPOINT: aws.s3.endpoint,
      AWS_SECURITYLAKE_FORCEPATHSTYLE: "true",
      AWS_ROLEARN: role,
    });
    // Identity is asked for before the first upload, if at all.
    if (role !== "") await agent.logged(/AWS - the credentials are those of/);
    await post(agent, makeEvent(1));
    await flush(agent);
    const asked = aws.sts.calls.filter(({ action }) => action === "GetCallerIdentity");
    assert.equal(asked.length, role === "" ? 0 : 1);
    assert.equal(aws.s3.objects.size, 1);
    // The instance has nothing to do with such a store.
    assert.deepEqual(aws.imds.calls, []);
    await agent.stop();
  }
});
