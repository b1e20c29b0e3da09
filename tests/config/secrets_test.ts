import assert from "node:assert/strict";
import { load, problemsOf } from "./support.ts";

const SECRET = "hush+wJalrXUtnFEMI/K7MDENG";

/** Texts that are wrong in a way that brings a secret near a message. */
const FILES: readonly (readonly [string, string])[] = [
  ["a secret with white space", `aws: {accesskeyid: "A ${SECRET}", secretaccesskey: "${SECRET} "}`],
  ["a secret without its partner", `aws: {secretaccesskey: ${SECRET}}`],
  ["a map as a secret", `aws:\n  secretaccesskey: {${SECRET}: 1}`],
  ["a key without a space after its colon", `aws:\n  secretaccesskey:${SECRET}`],
  ["the same between others", `aws:\n  region: r\n  secretaccesskey:${SECRET}\n`],
  ["the same in braces", `{listenport: x, aws: {secretaccesskey:${SECRET}, region: r}}`],
  ["the same twice", `aws: {secretaccesskey:${SECRET}, secretaccesskey:${SECRET}}`],
  ["the same in a section of ours", `lake: {secretaccesskey:${SECRET}: 1}`],
  ["a URL with a password", `aws: {securitylake: {endpoint: "https://me:${SECRET}@host"}}`],
  [
    "a URL with a password that needs no escapes",
    `aws: {securitylake: {endpoint: "https://me:hush@host"}}`,
  ],
  ["a URL with a password and no slashes", `aws: {securitylake: {endpoint: "me:${SECRET}@host"}}`],
  ["a secret that looks like an alias", `aws: {secretaccesskey: *${SECRET.slice(0, 4)}}`],
  ["a secret in broken quotes", `aws: {secretaccesskey: "${SECRET}\\q"}`],
  ["a secret with a tag", `aws: {secretaccesskey: !${SECRET.slice(0, 4)} x}`],
  ["a secret after the end of a value", `aws: {secretaccesskey: "x" ${SECRET}}`],
  ["a secret in a block's header", `aws:\n  secretaccesskey: |${SECRET}\n`],
];

for (const [fault, file] of FILES) {
  Deno.test(`no message shows a secret: ${fault}`, () => {
    const problems = problemsOf(file).join("\n");
    assert.doesNotMatch(problems, /hush|wJalr/);
  });
}

Deno.test("no message shows a secret that the environment gives", () => {
  const problems = problemsOf("", { AWS_SECRETACCESSKEY: `${SECRET}\n`, LAKE_DIRECTORY: "/lake" });
  assert.deepEqual(problems, [
    "environment AWS_SECRETACCESSKEY: aws.secretaccesskey: Cannot accept this value; expected a text " +
    "without white space",
  ]);
});

Deno.test("the settings say <secret> for a secret that is set, and nothing for one that is not", () => {
  const { settings, config } = load(`aws: {accesskeyid: AKIA1, secretaccesskey: ${SECRET}}`);
  assert.equal(config.aws.secretaccesskey, SECRET);
  assert.doesNotMatch(JSON.stringify(settings), /hush|AKIA1/);
  assert.deepEqual(
    settings.filter(({ key }) => /access/.test(key)).map(({ value }) => value),
    ["<secret>", "<secret>"],
  );
  assert.equal(load("").settings.find(({ key }) => key === "aws.accesskeyid")?.value, "");
});

Deno.test("a warning about an unknown key shows neither its value nor a secret in the key", () => {
  const { warnings } = load(`slack: {webhookurl: ${SECRET}}\naws: {token:${SECRET}}\n`);
  assert.deepEqual(warnings, [
    "f.yaml:1:9: slack.webhookurl: falco-lake has no output to Slack; keep falcosidekick for it",
    "f.yaml:2:7: aws.token…: Unknown key; it has no effect",
  ]);
});
