import assert from "node:assert/strict";
import { startInCloud, USER_KEY, USER_SECRET } from "../support/cloud/agent.ts";
import { type Cloud, cloud, PROVIDER_ROLE } from "../support/cloud/cloud.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

const BASE_ROLE = "arn:aws:iam::123456789012:role/falco-base";

/** A way that credentials reach the agent. */
interface Path {
  readonly name: string;
  /** Part of the ARN that uploads, without a role of the configuration. */
  readonly arn: RegExp;
  /** Prepares the cloud and files, and returns what the agent's environment has. */
  prepare(cloud: Cloud, directory: string): Readonly<Record<string, string>>;
}

const keysInFile = (directory: string, profile: string, more = "") =>
  Deno.writeTextFileSync(
    `${directory}/credentials`,
    `[${profile}]\naws_access_key_id = ${USER_KEY}\naws_secret_access_key = ${USER_SECRET}\n${more}`,
  );

const PATHS: readonly Path[] = [
  {
    name: "keys in YAML",
    arn: /user\/falco$/,
    prepare: ({ iam }, directory) => {
      iam.addUser(USER_KEY, USER_SECRET);
      const yaml = `aws:\n  accesskeyid: ${USER_KEY}\n  secretaccesskey: ${USER_SECRET}\n`;
      Deno.writeTextFileSync(`${directory}/falco-lake.yaml`, yaml);
      return { CONFIGURATION: "falco-lake.yaml" };
    },
  },
  {
    name: "keys of the SDK's variables",
    arn: /user\/falco$/,
    prepare: ({ iam }) => {
      iam.addUser(USER_KEY, USER_SECRET);
      return { AWS_ACCESS_KEY_ID: USER_KEY, AWS_SECRET_ACCESS_KEY: USER_SECRET };
    },
  },
  {
    name: "a profile of the shared credentials file",
    arn: /user\/falco$/,
    prepare: ({ iam }, directory) => {
      iam.addUser(USER_KEY, USER_SECRET);
      keysInFile(directory, "lake");
      return { AWS_PROFILE: "lake" };
    },
  },
  {
    name: "a profile with role_arn and source_profile",
    arn: /assumed-role\/falco-base\//,
    prepare: ({ iam }, directory) => {
      iam.addUser(USER_KEY, USER_SECRET);
      keysInFile(directory, "source");
      const config = `[profile lake]\nrole_arn = ${BASE_ROLE}\nsource_profile = source\n`;
      Deno.writeTextFileSync(`${directory}/config`, config);
      return { AWS_PROFILE: "lake" };
    },
  },
  {
    name: "a web identity token (IRSA)",
    arn: /assumed-role\/falco-base\//,
    prepare: ({ sts }, directory) => {
      sts.webIdentityToken = "header.payload.signature";
      Deno.writeTextFileSync(`${directory}/token`, sts.webIdentityToken);
      return { AWS_ROLE_ARN: BASE_ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: `${directory}/token` };
    },
  },
  {
    name: "the container endpoint with a token file (EKS Pod Identity)",
    arn: /assumed-role\/pod\//,
    prepare: ({ container }, directory) => {
      container.token = "pod-token";
      Deno.writeTextFileSync(`${directory}/token`, container.token);
      return {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.endpoint}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${directory}/token`,
      };
    },
  },
  {
    // ECS's relative URI means 169.254.170.2, where no test can listen: the same code asks there.
    name: "the container endpoint with a token in a variable",
    arn: /assumed-role\/pod\//,
    prepare: ({ container }) => {
      container.token = "Bearer task";
      return {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.endpoint}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: container.token,
      };
    },
  },
  {
    name: "the instance's role (IMDSv2)",
    arn: /assumed-role\/node\/i-/,
    prepare: () => ({}),
  },
  {
    // What the systemd unit makes of /etc/falco-lake/aws-credentials when that does not exist.
    name: "the instance's role, beside a credentials file with a comment",
    arn: /assumed-role\/node\/i-/,
    prepare: (_cloud, directory) => {
      Deno.writeTextFileSync(`${directory}/none`, "# There was no aws-credentials file.");
      return { AWS_SHARED_CREDENTIALS_FILE: `${directory}/none` };
    },
  },
];

for (const { name, arn, prepare } of PATHS) {
  Deno.test(`Credentials: ${name}`, async () => {
    await using box = sandbox();
    await using aws = cloud();
    const { CONFIGURATION, ...environment } = prepare(aws, box.directory);
    const args = CONFIGURATION ? ["run", "-c", CONFIGURATION] : undefined;
    const agent = await startInCloud(box, aws, environment, args);
    await agent.logged(/AWS - the credentials are those of arn:/);
    assert.equal(await post(agent, makeEvent(1)), 200);
    await flush(agent);
    assert.equal(aws.s3.objects.size, 1);
    assert.match(aws.iam.principals.get(aws.s3.calls[0]!.accessKeyId!)!.arn, arn);
    assert.deepEqual(aws.s3.calls.map(({ region }) => region), ["eu-west-1"]);
    assert.equal(await agent.stop(), 0);
    const { principals } = aws.iam;
    for (const { secretAccessKey, sessionToken } of principals.values()) {
      assert.ok(!agent.log().includes(secretAccessKey), "no secret");
      assert.ok(sessionToken === undefined || !agent.log().includes(sessionToken), "no token");
    }
  });

  Deno.test(`Credentials: ${name}, and aws.rolearn with aws.externalid on top`, async () => {
    await using box = sandbox();
    await using aws = cloud();
    aws.sts.externalId = "acme-falco";
    const { CONFIGURATION, ...environment } = prepare(aws, box.directory);
    const args = CONFIGURATION ? ["run", "-c", CONFIGURATION] : undefined;
    const role = { AWS_ROLEARN: PROVIDER_ROLE, AWS_EXTERNALID: "acme-falco" };
    const agent = await startInCloud(box, aws, { ...environment, ...role }, args);
    assert.equal(await post(agent, makeEvent(1)), 200);
    await flush(agent);
    assert.equal(aws.s3.objects.size, 1);
    const [call] = aws.s3.calls;
    assert.match(
      aws.iam.principals.get(call!.accessKeyId!)!.arn,
      /assumed-role\/AmazonSecurityLake-Provider-falco-eu-west-1\/falco-lake/,
    );
    // Nobody has set a region: STS is asked in the instance's, S3 in the bucket's.
    const assumed = aws.sts.calls.filter(({ parameters }) =>
      parameters.get("RoleArn") === PROVIDER_ROLE
    );
    assert.deepEqual(assumed.map(({ region }) => region), ["us-east-2"]);
    assert.equal(call!.region, "eu-west-1");
    assert.equal(await agent.stop(), 0);
  });
}
