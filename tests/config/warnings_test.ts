import assert from "node:assert/strict";
import { load } from "./support.ts";

const BUCKET = {
  AWS_SECURITYLAKE_BUCKET: "logs",
  AWS_SECURITYLAKE_REGION: "eu-west-1",
  AWS_SECURITYLAKE_PREFIX: "ext/falco",
  AWS_SECURITYLAKE_ACCOUNTID: "012345678901",
};

Deno.test("each output of falcosidekick that we lack is named once, with its place", () => {
  const file =
    "slack:\n  webhookurl: x\n  footer: y\nAWS:\n  lambda: {functionname: f}\nloki: {}\n";
  assert.deepEqual(load(file).warnings, [
    "f.yaml:1:1: slack: Not used by falco-lake",
    "f.yaml:5:3: aws.lambda: Not used by falco-lake",
    "f.yaml:6:1: loki: Not used by falco-lake",
  ]);
});

Deno.test("an output of which nothing is set is not worth a warning", () => {
  assert.deepEqual(load("slack:\n  # webhookurl: x\n").warnings, []);
});

Deno.test("a key that every JavaScript object has is an unknown key like others", () => {
  assert.deepEqual(load("constructor: 1").warnings, [
    "f.yaml:1:1: constructor: Not used by falco-lake",
  ]);
});

Deno.test("a key that was probably meant is suggested", () => {
  assert.deepEqual(
    load("listenprot: 1\nbufer: {maxsize: 1}\naws: {regoin: r}\ndebgu: 1\n").warnings,
    [
      "f.yaml:1:1: listenprot: Not used by falco-lake (did you mean listenport?)",
      "f.yaml:2:1: bufer: Not used by falco-lake (did you mean buffer?)",
      "f.yaml:3:7: aws.regoin: Not used by falco-lake (did you mean aws.region?)",
      "f.yaml:4:1: debgu: Not used by falco-lake (did you mean debug?)",
    ],
  );
});

Deno.test("a falcosidekick key that we do not follow yet is named when it asks for something", () => {
  const file = `
customfields: {Akey: a, akey: b}
customtags: [a]
templatedfields:
bracketreplacer: _
outputfieldformat: <output>
tlsserver: {deploy: true, certfile: /etc/certs/server/server.crt, notlsport: 2810, notlspaths: []}
mutualtlsclient: {keyfile: /k}
prometheus: {extralabels: a}
aws: {rolearn: arn, externalid: "", checkidentity: F}
`;
  const notYet = "Not supported yet by this version of falco-lake";
  assert.deepEqual(load(file).warnings, [
    `f.yaml:2:1: customfields: ${notYet}`,
    `f.yaml:3:1: customtags: ${notYet}`,
    `f.yaml:5:1: bracketreplacer: ${notYet}`,
    `f.yaml:6:1: outputfieldformat: ${notYet}`,
    `f.yaml:7:13: tlsserver.deploy: ${notYet}; the port speaks plain HTTP`,
    `f.yaml:8:19: mutualtlsclient.keyfile: ${notYet}`,
    `f.yaml:9:14: prometheus.extralabels: ${notYet}`,
    `f.yaml:10:7: aws.rolearn: ${notYet}; uploads use the base credentials`,
    `f.yaml:10:37: aws.checkidentity: ${notYet}`,
  ]);
});

Deno.test("the same is told of the environment", () => {
  const env = { LAKE_DIRECTORY: "/l", TLSSERVER_DEPLOY: "true", AWS_CHECKIDENTITY: "TRUE" };
  assert.deepEqual(load("", env).warnings, [
    "environment TLSSERVER_DEPLOY: tlsserver.deploy: Not supported yet by this version of " +
    "falco-lake; the port speaks plain HTTP",
  ]);
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
