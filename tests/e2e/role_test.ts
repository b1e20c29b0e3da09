import assert from "node:assert/strict";
import { ACCESS_KEY, ROLE_ARN, SECRET_KEY, sessionS3, userSts } from "../support/aws.ts";
import { fakeS3Environment } from "../support/fake_s3.ts";
import { USER_ARN } from "../support/fake_sts.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

Deno.test("The agent says whose its credentials are, assumes the role with its external id, and uploads", async () => {
  await using box = sandbox();
  let denied = true;
  await using sts = userSts({
    externalId: "acme-falco",
    decide: ({ action }) =>
      action === "AssumeRole" && denied ? new Response("busy", { status: 503 }) : undefined,
  });
  await using s3 = sessionS3(sts);
  const environment = {
    ...box.environment,
    ...fakeS3Environment(s3),
    AWS_ACCESSKEYID: ACCESS_KEY,
    AWS_SECRETACCESSKEY: SECRET_KEY,
    AWS_ROLEARN: ROLE_ARN,
    AWS_EXTERNALID: "acme-falco",
    AWS_ENDPOINT_URL_STS: sts.endpoint,
  };
  const agent = await box.start({ environment });
  await agent.logged(/\[INFO\] {2}: AWS - the credentials are those of arn:/);
  assert.ok(agent.log().includes(`${USER_ARN} (account 123456789012); uploads assume the role`));
  assert.equal(await post(agent, makeEvent(1)), 200);
  agent.signal("SIGUSR2");
  await agent.logged(/attempt 1\)/);
  assert.match(agent.log(), /AWS SecurityLake - .*503.*1 events wait on disk/);
  const metrics = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
  assert.match(metrics, /^falco_lake_upload_retries_total\{class="\w+"\} 1$/m);
  denied = false;
  await flush(agent);
  assert.equal(s3.objects.size, 1);
  assert.equal(await agent.stop(), 0);
  assert.ok(!agent.log().includes(SECRET_KEY), "no secret");
});
