import assert from "node:assert/strict";
import { ENDPOINTS as KNOWN } from "../../src/config/tls_values.ts";
import { ENDPOINTS } from "../../src/receiver/endpoints.ts";
import { FOLDER, load, problemsOf } from "./support.ts";

Deno.test("custom fields are read from a map as written; their labels are those viper would make", () => {
  const file = "customfields:\n  Akey: AValue\n  k8s.Cluster: 012\n  empty:\n  flag: true\n";
  const { config, settings, warnings } = load(file);
  assert.deepEqual(config.customfields, [
    { name: "Akey", value: "AValue", label: "akey" },
    { name: "k8s.Cluster", value: "012", label: "k8s_cluster" },
    { name: "empty", value: "", label: "empty" },
    { name: "flag", value: "true", label: "flag" },
  ]);
  assert.deepEqual(warnings, []);
  const setting = settings.find(({ key }) => key === "customfields");
  assert.equal(setting?.value, "Akey:AValue, k8s.Cluster:012, empty:, flag:true");
  assert.equal(setting?.origin, "f.yaml:2");
});

Deno.test("custom fields of the environment stand beside the file's and win over them", () => {
  const env = { ...FOLDER, CUSTOMFIELDS: "Bkey:B, akey:from env,url:https://x:1/y,,broken" };
  const { config, warnings } = load("customfields: {akey: a, ckey: c}", env);
  assert.deepEqual(config.customfields.map(({ name, value, label }) => [name, value, label]), [
    ["akey", "from env", "akey"],
    ["ckey", "c", "ckey"],
    ["Bkey", "B", "Bkey"],
    ["url", "https://x:1/y", "url"],
  ]);
  assert.deepEqual(warnings, [
    'environment CUSTOMFIELDS: customfields: Entry "broken" is left out; expected NAME:VALUE',
  ]);
});

Deno.test("%NAME is an environment variable, in the file too; one that is not set leaves its field out", () => {
  const env = { ...FOLDER, NODE: "n1", EMPTY: "", CUSTOMTAGS: "%NODE,b b,%GONE" };
  const { config, warnings } = load(
    "customfields: {a: '%NODE', b: '%EMPTY', c: '%', d: '%5'}",
    env,
  );
  assert.deepEqual(config.customfields.map(({ name, value }) => [name, value]), [
    ["a", "n1"],
    ["c", "%"],
    ["d", "%5"],
  ]);
  assert.deepEqual(config.customtags, ["n1", "bb"]);
  assert.deepEqual(warnings, [
    "f.yaml:1:31: customfields.b: Left out, because the environment variable EMPTY is not set",
    "environment CUSTOMTAGS: customtags: Left out, because the environment variable GONE is not set",
  ]);
});

Deno.test("lists are read from YAML's lists, from a text with commas, and from the environment, which replaces", () => {
  assert.deepEqual(load("customtags: [Data Exfil]").config.customtags, ["Data Exfil"]);
  for (const file of ["customtags: [a, b]", "customtags: a, b", "customtags:\n- a\n- b\n"]) {
    assert.deepEqual(load(file).config.customtags, ["a", "b"]);
    assert.deepEqual(load(file, { ...FOLDER, CUSTOMTAGS: "c" }).config.customtags, ["c"]);
  }
  for (
    const file of [
      "prometheus: {extralabels: 'proc.name, user.name'}",
      "prometheus: {extralabels: [proc.name, user.name]}",
    ]
  ) {
    assert.deepEqual(load(file).config.prometheus.extralabels, [
      { field: "proc.name", label: "proc_name" },
      { field: "user.name", label: "user_name" },
    ]);
  }
});

Deno.test("templates are read from a map and from the environment, where commas may stand in braces", () => {
  const template = '{{ or (index . "k8s.ns.labels.foo") "bar" }}';
  const { config } = load(`templatedfields:\n  Dkey: '${template}'\n`);
  assert.deepEqual(config.templatedfields, [{ name: "Dkey", template, label: "dkey" }]);
  const env = { ...FOLDER, TEMPLATEDFIELDS: `a:${template},b:{{ print "x:," }}` };
  assert.deepEqual(
    load("", env).config.templatedfields.map(({ name, template }) => [name, template]),
    [
      ["a", template],
      ["b", '{{ print "x:," }}'],
    ],
  );
});

Deno.test("a field that cannot be a label of the metric is a field all the same", () => {
  const { config, warnings } = load(
    "customfields: {a-b: c, __d: e}\nprometheus: {extralabels: 'a-b,ok'}",
  );
  assert.deepEqual(config.customfields.map(({ name, label }) => [name, label]), [
    ["a-b", undefined],
    ["__d", undefined],
  ]);
  assert.deepEqual(config.prometheus.extralabels.map(({ field }) => field), ["ok"]);
  const why = "cannot be a label of the metric; expected letters, digits, dots and _";
  assert.deepEqual(warnings, [
    `f.yaml:1:21: customfields.a-b: The field ${why}`,
    `f.yaml:1:29: customfields.__d: The field ${why}`,
    `f.yaml:2:27: prometheus.extralabels: "a-b" ${why}`,
  ]);
});

Deno.test("the configuration and the receiver know the same endpoints", () => {
  assert.deepEqual(KNOWN, ENDPOINTS);
});

Deno.test("endpoints without TLS are known ones; others are warned of, as in falcosidekick", () => {
  const file = "tlsserver: {deploy: true, notlspaths: [/metrics, /metric, /x]}";
  const { config, warnings } = load(file);
  assert.deepEqual(config.tlsserver.notlspaths, ["/metrics"]);
  const all = "/, /ping, /healthz, /test, /metrics, /readyz, /status";
  assert.deepEqual(warnings, [
    `f.yaml:1:50: tlsserver.notlspaths: Unknown path "/metric"; expected one of ${all} (did you mean /metrics?)`,
    `f.yaml:1:59: tlsserver.notlspaths: Unknown path "/x"; expected one of ${all}`,
  ]);
});

Deno.test("keys that have no effect without another one are warned of", () => {
  const file =
    "tlsserver: {mutualtls: true, notlspaths: [/ping], certfile: /x}\naws: {externalid: abc}";
  assert.deepEqual(load(file).warnings, [
    "f.yaml:1:24: tlsserver.mutualtls: Has no effect without tlsserver.deploy",
    "f.yaml:1:42: tlsserver.notlspaths: Has no effect without tlsserver.deploy",
    "f.yaml:2:19: aws.externalid: Has no effect without aws.rolearn",
  ]);
  assert.deepEqual(load("tlsserver: {mutualtls: false, notlspaths: []}").warnings, []);
});

const FAULTS: readonly (readonly [string, string, string])[] = [
  [
    "a list for a map",
    "customfields: [a]",
    "f.yaml:1:15: customfields: Cannot accept a list; expected a map of names and texts, or NAME:VALUE,NAME:VALUE; %NAME stands for an environment variable",
  ],
  [
    "a text for a map",
    "customfields: a:b",
    "f.yaml:1:15: customfields: Cannot accept a text; expected a map of names and texts, or NAME:VALUE,NAME:VALUE; %NAME stands for an environment variable",
  ],
  [
    "a map for a list",
    "customtags: {a: b}",
    "f.yaml:1:13: customtags: Cannot accept a map; expected a list of texts, or TAG,TAG; %NAME stands for an environment variable",
  ],
  [
    "a map in a map",
    "customfields:\n  a:\n    b: c",
    "f.yaml:3:5: customfields.a: Cannot accept a map; expected a text",
  ],
  [
    "a list in a list",
    "customtags: [[a]]",
    "f.yaml:1:14: customtags: Cannot accept a list; expected a text",
  ],
  [
    "a role that is none",
    "aws: {rolearn: falco}",
    'f.yaml:1:16: aws.rolearn: Cannot accept "falco"; expected a role\'s ARN such as arn:aws:iam::123456789012:role/falco, or nothing',
  ],
  [
    "an external id with a space",
    "aws: {rolearn: 'arn:aws:iam::123456789012:role/a/b', externalid: a b}",
    'f.yaml:1:66: aws.externalid: Cannot accept "a b"; expected 2 to 1224 letters, digits and _+=,.@:/-, or nothing',
  ],
  [
    "two servers on a port",
    "tlsserver: {deploy: true, notlsport: 2801, notlspaths: [/metrics]}",
    "f.yaml:1:38: tlsserver.notlsport: Cannot accept 2801, which is listenport too; expected another port",
  ],
  [
    "no certificate",
    "tlsserver: {certfile: ''}",
    'f.yaml:1:23: tlsserver.certfile: Cannot accept ""; expected the path of a file',
  ],
  [
    "a log format that does not exist",
    "log: {format: logfmt}",
    'f.yaml:1:15: log.format: Cannot accept "logfmt"; expected one of text, json',
  ],
  [
    "a timeout that is too short",
    "receiver: {timeout: 10ms}",
    'f.yaml:1:21: receiver.timeout: Cannot accept "10ms"; expected a duration from 1s to 10m, such as 10s or 1m',
  ],
];

for (const [fault, file, problem] of FAULTS) {
  Deno.test(`config refuses ${fault}`, () => assert.deepEqual(problemsOf(file), [problem]));
}

Deno.test("a template that cannot be read is refused with its key, place and position", () => {
  const [problem, ...more] = problemsOf(
    "templatedfields:\n  ok: '{{ .a }}'\n  bad: 'x{{ foo }}'\n",
  );
  assert.match(
    problem!,
    /^f\.yaml:3:8: templatedfields\.bad: Cannot accept this template: at character 5 of the template: ./,
  );
  assert.deepEqual(more, []);
});
