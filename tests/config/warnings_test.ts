import assert from "node:assert/strict";
import { FALCOSIDEKICK_OUTPUTS } from "../../src/config/falcosidekick_outputs.ts";
import { FOLDER, load } from "./support.ts";

const BUCKET = {
  AWS_SECURITYLAKE_BUCKET: "logs",
  AWS_SECURITYLAKE_REGION: "eu-west-1",
  AWS_SECURITYLAKE_PREFIX: "ext/falco",
  AWS_SECURITYLAKE_ACCOUNTID: "012345678901",
};

Deno.test("each output of falcosidekick that is switched on is named once, with its place", () => {
  const file = `
slack: {webhookurl: x, footer: y}
AWS: {lambda: {FunctionName: f}, s3: {prefix: falco}}
loki: {}
rabbitmq: {url: amqp, queue: ""}
kubeless: {namespace: n, function: f}
policyreport: {enabled: false}
mutualtlsfilespath: /etc/other
`;
  assert.deepEqual(load(file).warnings, [
    "f.yaml:2:9: slack.webhookurl: falco-lake has no output to Slack; keep falcosidekick for it",
    "f.yaml:3:16: aws.lambda.functionname: falco-lake has no output to AWSLambda; keep falcosidekick for it",
    "f.yaml:6:12: kubeless.namespace: falco-lake has no output to Kubeless; keep falcosidekick for it",
  ]);
});

Deno.test("the same is told of the environment, also where the file has the other half", () => {
  const env = {
    ...FOLDER,
    SLACK_WEBHOOKURL: "x",
    RABBITMQ_QUEUE: "q",
    POLICYREPORT_ENABLED: "true",
  };
  assert.deepEqual(load("rabbitmq: {url: amqp}", env).warnings, [
    "f.yaml:1:12: rabbitmq.url: falco-lake has no output to RabbitMQ; keep falcosidekick for it",
    "environment POLICYREPORT_ENABLED: policyreport.enabled: falco-lake has no output to " +
    "PolicyReport; keep falcosidekick for it",
    "environment SLACK_WEBHOOKURL: slack.webhookurl: falco-lake has no output to Slack; keep " +
    "falcosidekick for it",
  ]);
});

Deno.test("an output of which nothing is set is not worth a warning", () => {
  assert.deepEqual(load("slack:\n  # webhookurl: x\n").warnings, []);
});

Deno.test("a file with every key that switches on an output loads, and names every output", () => {
  const file = FALCOSIDEKICK_OUTPUTS.flatMap(({ enabledBy }) => enabledBy)
    .map((key) => `${key}: "true"`).join("\n");
  const { warnings } = load(file);
  assert.equal(warnings.length, FALCOSIDEKICK_OUTPUTS.length);
  for (const { name, enabledBy } of FALCOSIDEKICK_OUTPUTS) {
    const expected = `${enabledBy[0]}: falco-lake has no output to ${name}; keep`;
    assert.ok(warnings.some((warning) => warning.includes(expected)), expected);
  }
  const empty = file.replaceAll('"true"', '""');
  assert.deepEqual(load(empty).warnings, []);
});

Deno.test("a key that every JavaScript object has is an unknown key like others", () => {
  assert.deepEqual(load("constructor: 1").warnings, [
    "f.yaml:1:1: constructor: Unknown key; it has no effect",
  ]);
});

Deno.test("a key that was probably meant is suggested", () => {
  assert.deepEqual(
    load("listenprot: 1\nbufer: {maxsize: 1}\naws: {regoin: r}\ndebgu: 1\nslakc: {a: 1}\n")
      .warnings,
    [
      "f.yaml:1:1: listenprot: Unknown key; it has no effect (did you mean listenport?)",
      "f.yaml:2:1: bufer: Unknown key; it has no effect (did you mean buffer?)",
      "f.yaml:3:7: aws.regoin: Unknown key; it has no effect (did you mean aws.region?)",
      "f.yaml:4:1: debgu: Unknown key; it has no effect (did you mean debug?)",
      "f.yaml:5:1: slakc: Unknown key; it has no effect (did you mean slack?)",
    ],
  );
});

Deno.test("with a bucket the interval is clamped to 5 to 60 minutes, with a warning", () => {
  const low = load("aws:\n  securitylake:\n    interval: 2\n", BUCKET);
  assert.equal(low.config.aws.securitylake.interval, 300_000);
  assert.deepEqual(low.warnings, [
    "f.yaml:3:15: aws.securitylake.interval: Using 5m instead of 2m; expected 5 to 60 minutes with a " +
    "bucket",
  ]);
  const high = load("", { ...BUCKET, AWS_SECURITYLAKE_INTERVAL: "90" });
  assert.equal(high.config.aws.securitylake.interval, 3_600_000);
  assert.deepEqual(high.warnings, [
    "environment AWS_SECURITYLAKE_INTERVAL: aws.securitylake.interval: Using 1h instead of 90m; " +
    "expected 5 to 60 minutes with a bucket",
  ]);
  const between = load("", { ...BUCKET, AWS_SECURITYLAKE_INTERVAL: "7.5" });
  assert.equal(between.config.aws.securitylake.interval, 450_000);
  assert.deepEqual(between.warnings, []);
});

Deno.test("config warns of an OCSF version that falcosidekick's columns do not have", () => {
  assert.deepEqual(load("lake:\n  schema: falcosidekick\n  ocsfversion: 1.3.0\n").warnings, [
    "f.yaml:3:16: lake.ocsfversion: 1.3.0 has no effect with lake.schema falcosidekick, whose " +
    "columns are its own",
  ]);
  assert.deepEqual(load("lake: {schema: falcosidekick, ocsfversion: 1.1.0}").warnings, []);
});

Deno.test("a bucket of Security Lake with a prefix that is no custom source's is warned of", () => {
  const lake = { ...BUCKET, AWS_SECURITYLAKE_BUCKET: "aws-security-data-lake-eu-west-1-abc" };
  assert.deepEqual(load("", lake).warnings, []);
  assert.deepEqual(load("", { ...lake, AWS_SECURITYLAKE_PREFIX: "falco" }).warnings, [
    'environment AWS_SECURITYLAKE_PREFIX: aws.securitylake.prefix: "falco" is not below ext/, where ' +
    "Security Lake has its custom sources; expected the location that AWS gave this one, such as " +
    "ext/falco",
  ]);
  assert.deepEqual(load("", { ...BUCKET, AWS_SECURITYLAKE_PREFIX: "falco" }).warnings, []);
});
