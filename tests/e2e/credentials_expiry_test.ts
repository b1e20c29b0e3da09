import assert from "node:assert/strict";
import { startInCloud, USER_KEY, USER_SECRET, userKeys } from "../support/cloud/agent.ts";
import { type Cloud, cloud, PROVIDER_ROLE } from "../support/cloud/cloud.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox, until } from "../support/sandbox.ts";

/** Two events that make two objects of one batch: they are of two days. */
const TWO_DAYS = ["2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"].map((time, at) =>
  makeEvent(at, time)
);

/** Who uploaded, by the call. */
const keysOf = ({ s3 }: Cloud) => s3.calls.map(({ accessKeyId }) => accessKeyId);

Deno.test("A session near its end is replaced between two objects of a batch", async () => {
  await using box = sandbox();
  await using aws = cloud();
  aws.sts.lifetime = 60;
  const agent = await startInCloud(box, aws, { ...userKeys(aws), AWS_ROLEARN: PROVIDER_ROLE });
  for (const event of TWO_DAYS) assert.equal(await post(agent, event), 200);
  await flush(agent);
  assert.equal(aws.s3.objects.size, 2);
  assert.equal(new Set(keysOf(aws)).size, 2, "a session each");
  assert.doesNotMatch(agent.log(), /attempt 1\)/);
});

const ENDS: readonly [string, RegExp, (aws: Cloud) => void][] = [
  ["expires", /ExpiredToken 400/, ({ iam }) => {
    for (const [key, session] of iam.principals) {
      if (session.expires) iam.principals.set(key, { ...session, expires: iam.now() });
    }
  }],
  ["is revoked", /InvalidAccessKeyId 403/, ({ iam }) => {
    iam.revoke(({ expires }) => expires !== undefined);
  }],
];
for (const [what, error, end] of ENDS) {
  Deno.test(`A session that ${what} between two objects of a batch is replaced, and each object arrives`, async () => {
    await using box = sandbox();
    await using aws = cloud();
    aws.s3.fault = (_, count) => {
      if (count === 2) end(aws);
      return undefined;
    };
    const agent = await startInCloud(box, aws, { ...userKeys(aws), AWS_ROLEARN: PROVIDER_ROLE });
    for (const event of TWO_DAYS) assert.equal(await post(agent, event), 200);
    await flush(agent);
    assert.equal(aws.s3.objects.size, 2);
    assert.match(agent.log(), error);
    const paths = aws.s3.calls.map(({ path }) => path);
    assert.deepEqual(paths.slice(1), [paths[1], paths[1]], "the first object is not sent again");
    assert.equal(aws.s3.calls.length, 3);
  });
}

Deno.test("Uploads go on while STS is away, for as long as the session is good", async () => {
  await using box = sandbox();
  await using aws = cloud();
  // So near its end that another one is asked for at each object.
  aws.sts.lifetime = 120;
  const agent = await startInCloud(box, aws, { ...userKeys(aws), AWS_ROLEARN: PROVIDER_ROLE });
  await post(agent, makeEvent(1));
  await flush(agent);
  aws.sts.fault = () => new Response("away", { status: 503 });
  const asked = aws.sts.calls.length;
  await post(agent, makeEvent(2));
  await flush(agent);
  assert.equal(aws.s3.objects.size, 2);
  assert.ok(aws.sts.calls.length > asked, "STS was asked");
  assert.doesNotMatch(agent.log(), /attempt 1\)/);
});

Deno.test("A token file that is rotated is read again: container endpoint and web identity", async () => {
  await using box = sandbox();
  for (const kind of ["container", "web identity"]) {
    await using aws = cloud();
    const file = `${box.directory}/token`;
    const accept = (token: string) => {
      aws.container.token = aws.sts.webIdentityToken = token;
      Deno.writeTextFileSync(file, token);
    };
    aws.container.lifetime = aws.sts.lifetime = 60;
    accept("first");
    const agent = await startInCloud(box, aws, {
      BUFFER_DIRECTORY: `${box.directory}/${kind}`,
      ...(kind === "container"
        ? {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.container.endpoint}/v1/credentials`,
          AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
        }
        : {
          AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/falco-base",
          AWS_WEB_IDENTITY_TOKEN_FILE: file,
        }),
    });
    for (const token of ["first", "second"]) {
      accept(token);
      // The SDK asks for the next session beside the upload, which it makes with the last one.
      aws.iam.revoke(() => true);
      await post(agent, makeEvent(1));
      await flush(agent);
    }
    assert.equal(aws.s3.objects.size, 2, kind);
  }
});

Deno.test("Shared credentials that come late, and then change, are found", async () => {
  await using box = sandbox();
  await using aws = cloud();
  const write = (key: string) => {
    aws.iam.revoke(() => true);
    aws.iam.addUser(key, USER_SECRET);
    Deno.writeTextFileSync(
      `${box.directory}/credentials`,
      `[lake]\naws_access_key_id=${key}\naws_secret_access_key=${USER_SECRET}\n`,
    );
  };
  const agent = await startInCloud(box, aws, {
    AWS_PROFILE: "lake",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  await post(agent, makeEvent(1));
  agent.signal("SIGUSR2");
  await agent.logged(/CredentialsProviderError.*attempt 1\)/);
  for (const key of [USER_KEY, "AKIAEXAMPLEEXAMPL456"]) {
    write(key);
    await post(agent, makeEvent(2));
    await flush(agent);
    assert.equal(keysOf(aws).at(-1), key);
  }
  await until(() => aws.s3.objects.size >= 2, agent.log);
});

Deno.test("A role goes on with other shared credentials beneath it, once the first ones are refused", async () => {
  await using box = sandbox();
  await using aws = cloud();
  const agent = await startInCloud(box, aws, {
    AWS_PROFILE: "lake",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ROLEARN: PROVIDER_ROLE,
  });
  for (const key of [USER_KEY, "AKIAEXAMPLEEXAMPL456"]) {
    aws.iam.revoke(() => true);
    aws.iam.addUser(key, USER_SECRET);
    Deno.writeTextFileSync(
      `${box.directory}/credentials`,
      `[lake]\naws_access_key_id=${key}\naws_secret_access_key=${USER_SECRET}\n`,
    );
    await post(agent, makeEvent(1));
    await flush(agent);
  }
  assert.equal(aws.s3.objects.size, 2);
});
