import assert from "node:assert/strict";
import type { Config } from "../../src/config/config.ts";
import { ENVIRONMENT_NAMES } from "../../src/config/environment.ts";
import { KEY_PATHS } from "../../src/config/keys.ts";
import { loadConfig } from "../../src/config/load.ts";
import { FOLDER, load } from "./support.ts";

const BUCKET_FILE = `
aws:
  securitylake:
    bucket: logs
    region: eu-west-1
    prefix: ext/falco
    accountid: 012345678901
`;

Deno.test("without a file and with an empty environment, every value is its default", () => {
  const { config, settings, warnings } = loadConfig(undefined, () => "", { lakeRequired: false });
  const defaults: Config = {
    listenaddress: "",
    listenport: 2801,
    debug: false,
    customfields: [],
    customtags: [],
    templatedfields: [],
    bracketreplacer: "",
    outputfieldformat: "",
    tlsserver: {
      deploy: false,
      certfile: "/etc/certs/server/server.crt",
      keyfile: "/etc/certs/server/server.key",
      mutualtls: false,
      cacertfile: "/etc/certs/server/ca.crt",
      notlsport: 2810,
      notlspaths: [],
    },
    tlsclient: { cacertfile: "" },
    prometheus: { extralabels: [] },
    aws: {
      accesskeyid: "",
      secretaccesskey: "",
      region: "",
      rolearn: "",
      externalid: "",
      checkidentity: true,
      securitylake: {
        bucket: "",
        region: "",
        prefix: "",
        accountid: "",
        interval: 300_000,
        batchsize: 1000,
        minimumpriority: "",
        endpoint: "",
        forcepathstyle: false,
      },
    },
    buffer: {
      directory: "/var/lib/falco-lake",
      maxsize: 1_073_741_824,
      segmentsize: 16_777_216,
      sync: "always",
      whenfull: "dropoldest",
    },
    lake: {
      directory: "",
      schema: "ocsf",
      ocsfversion: "1.1.0",
      compression: "zstd",
      maxfilesize: 134_217_728,
      rawdata: true,
      dropinternal: false,
      shutdowntimeout: 10_000,
    },
    receiver: { maxbodysize: 4_194_304, maxdecompressedsize: 33_554_432, timeout: 60_000 },
    log: { format: "text" },
  };
  assert.deepEqual(config, defaults);
  assert.deepEqual(settings.map(({ key }) => key), KEY_PATHS);
  assert.ok(settings.every(({ origin }) => origin === "default"));
  assert.deepEqual(warnings, []);
});

Deno.test("keys are read in any case, nested and dotted, as viper reads them", () => {
  const { config } = load(
    "ListenPort: 1\nAWS:\n  SecurityLake.BatchSize: 2\nBUFFER.WhenFull: Reject\n",
  );
  assert.equal(config.listenport, 1);
  assert.equal(config.aws.securitylake.batchsize, 2);
  assert.equal(config.buffer.whenfull, "reject");
});

Deno.test("the environment beats the file, and an empty variable is unset", () => {
  const file = "listenport: 1\ndebug: true\n";
  const { config, settings } = load(file, { ...FOLDER, LISTENPORT: "2", DEBUG: "" });
  assert.equal(config.listenport, 2);
  assert.equal(config.debug, true);
  assert.deepEqual(settings.slice(0, 3).map(({ origin }) => origin), [
    "default",
    "env LISTENPORT",
    "f.yaml:2",
  ]);
});

Deno.test("a wrong value in the file does not matter where the environment gives a good one", () => {
  assert.equal(load("listenport: x", { ...FOLDER, LISTENPORT: "2" }).config.listenport, 2);
});

Deno.test("null in the file is unset", () => {
  const { config, settings } = load("listenport:\nbuffer: ~\nlake:\n  compression: null\n");
  assert.equal(config.listenport, 2801);
  assert.equal(config.lake.compression, "zstd");
  assert.ok(settings.every(({ key, origin }) => key === "lake.directory" || origin === "default"));
});

Deno.test("only the names we publish are asked of the environment", () => {
  const asked = new Set<string>();
  loadConfig(undefined, (name) => void asked.add(name), { lakeRequired: false });
  assert.deepEqual([...asked].toSorted(), ENVIRONMENT_NAMES.toSorted());
  assert.ok(asked.has("AWS_SECURITYLAKE_BUCKET") && asked.has("BUFFER_MAXSIZE"));
});

Deno.test("systemd's STATE_DIRECTORY, the first of a list, gives way to environment and file", () => {
  const state = { ...FOLDER, STATE_DIRECTORY: "/state/a:/state/b" };
  const { config, settings } = load("", state);
  assert.equal(config.buffer.directory, "/state/a");
  assert.equal(
    settings.find(({ key }) => key === "buffer.directory")?.origin,
    "env STATE_DIRECTORY",
  );
  assert.equal(load("buffer: {directory: /file}", state).config.buffer.directory, "/file");
  const both = { ...state, BUFFER_DIRECTORY: "/env" };
  assert.equal(load("buffer: {directory: /file}", both).config.buffer.directory, "/env");
});

for (
  const [written, read] of [
    ["012345678901", "012345678901"],
    ["000000000000", "000000000000"],
    ["123456789012", "123456789012"],
    ["007777777777", "007777777777"],
    ["'012345678901'", "012345678901"],
    ["!!int 012345678901", "012345678901"],
    ["external_acme", "external_acme"],
  ] as const
) {
  Deno.test(`the account id ${written} keeps every character`, () => {
    const { config } = load(`aws: {securitylake: {accountid: ${written}}}`);
    assert.equal(config.aws.securitylake.accountid, read);
  });
}

for (
  const [bucket, prefix, name, keyPrefix] of [
    ["logs", "ext/falco", "logs", "ext/falco"],
    ["arn:aws:s3:::logs", "ext/falco", "logs", "ext/falco"],
    ["arn:aws-us-gov:s3:::logs", "ext/falco", "logs", "ext/falco"],
    ["s3://logs/ext/falco/", "", "logs", "ext/falco"],
    ["s3://logs/ext/falco", "/ext/falco", "logs", "ext/falco"],
    ["s3://logs/", "ext/falco", "logs", "ext/falco"],
    ["s3://logs", "/ext/falco//", "logs", "ext/falco"],
    ["logs", "Ext/A b//ü", "logs", "Ext/A b//ü"],
  ] as const
) {
  Deno.test(`bucket ${bucket} with prefix "${prefix}" is ${name} and ${keyPrefix}`, () => {
    const file = JSON.stringify({
      aws: { securitylake: { bucket, prefix, region: "eu-west-1", accountid: "external" } },
    });
    const { securitylake } = load(file, {}).config.aws;
    assert.deepEqual([securitylake.bucket, securitylake.prefix], [name, keyPrefix]);
  });
}

Deno.test("a prefix that came with the bucket says so in the settings", () => {
  const { settings } = load(
    "aws:\n  securitylake: {region: r, accountid: a,\n    bucket: s3://logs/p}",
    {},
  );
  const setting = settings.find(({ key }) => key === "aws.securitylake.prefix");
  assert.deepEqual(setting, { key: "aws.securitylake.prefix", value: "p", origin: "f.yaml:3" });
});

for (
  const [written, milliseconds] of [
    ["5", 300_000],
    ["0.5", 30_000],
    ["30s", 30_000],
    ["100ms", 100],
    ["1h30m", 5_400_000],
    ["24h", 86_400_000],
  ] as const
) {
  Deno.test(`an interval of ${written} with a folder is ${milliseconds} ms`, () => {
    const { config, warnings } = load(`aws: {securitylake: {interval: ${written}}}`);
    assert.equal(config.aws.securitylake.interval, milliseconds);
    assert.deepEqual(warnings, []);
  });
}

for (
  const [written, bytes] of [
    ["200000", 200_000],
    ["128KiB", 131_072],
    ["16mib", 16_777_216],
    ["1 GiB", 1_073_741_824],
    ["200KB", 200_000],
    ["16MB", 16_000_000],
    ["1GB", 1_000_000_000],
  ] as const
) {
  Deno.test(`a size of ${written} is ${bytes} bytes`, () => {
    const file = `lake: {maxfilesize: 1MiB}\nreceiver: {maxbodysize: 1KiB}\n` +
      `buffer: {maxsize: ${written}, segmentsize: 64KiB}`;
    assert.equal(load(file).config.buffer.maxsize, bytes);
  });
}

Deno.test("booleans are read as Go's strconv.ParseBool reads them, in any case", () => {
  for (const text of ["true", "True", "TRUE", "t", "T", "1"]) {
    assert.equal(load(`debug: ${text}`).config.debug, true, text);
  }
  for (const text of ["false", "False", "FALSE", "f", "F", "0"]) {
    assert.equal(load(`debug: ${text}`).config.debug, false, text);
  }
});

Deno.test("a listen address may be IPv4 or IPv6, without a zone", () => {
  for (const address of ["127.0.0.1", "::", "::ffff:10.0.0.1"]) {
    assert.equal(load(`listenaddress: "${address}"`).config.listenaddress, address);
  }
  assert.throws(() => load("listenaddress: fe80::1%eth0"));
  assert.throws(() => load("listenaddress: 127.0.0.01"));
});

Deno.test("the least priority takes falcosidekick's spellings and gives Falco's", () => {
  for (const [written, read] of [["info", "Informational"], ["NOTICE", "Notice"], ['""', ""]]) {
    const { config } = load(`aws: {securitylake: {minimumpriority: ${written}}}`);
    assert.equal(config.aws.securitylake.minimumpriority, read);
  }
});

Deno.test("the settings print values for people, in a form that can be written back", () => {
  const { settings } = load(
    BUCKET_FILE + "    interval: 450s\nbuffer: {maxsize: 2097152000}\n",
    {},
  );
  const printed = new Map(settings.map(({ key, value }) => [key, value]));
  assert.equal(printed.get("aws.securitylake.interval"), "450s");
  assert.equal(printed.get("buffer.maxsize"), "2000MiB");
  assert.equal(printed.get("lake.shutdowntimeout"), "10s");
  assert.equal(printed.get("debug"), "false");
});

Deno.test("a command that writes no lake accepts an incomplete one", () => {
  const file = { fileName: "f.yaml", text: "aws: {securitylake: {bucket: logs}}" };
  const { config } = loadConfig(file, () => undefined, { lakeRequired: false });
  assert.equal(config.aws.securitylake.bucket, "logs");
  assert.throws(() => loadConfig(file, () => undefined));
});

Deno.test("merged maps and aliases are read as Go's YAML reads them", () => {
  const { config, settings } = load(`
one: &one {batchsize: 7, interval: 1}
two: &two
  accountid: &account 012345678901
aws:
  securitylake:
    <<: [*one, *two]
    interval: 2
    region: *account
`);
  const { batchsize, interval, accountid, region } = config.aws.securitylake;
  assert.deepEqual([batchsize, interval, accountid, region], [
    7,
    120_000,
    "012345678901",
    "012345678901",
  ]);
  assert.equal(settings.find(({ key }) => key === "aws.securitylake.region")?.origin, "f.yaml:9");
});

Deno.test("a map that merges itself is read once", () => {
  assert.equal(
    load("lake: &lake\n  <<: *lake\n  compression: gzip\n").config.lake.compression,
    "gzip",
  );
});

Deno.test("JSON, Windows line ends and a byte order mark are YAML too", () => {
  assert.equal(load('\ufeff{"listenport": 3}').config.listenport, 3);
  assert.equal(load("debug: true\r\nlistenport: 3\r\n").config.listenport, 3);
});

Deno.test("nothing of what is loaded can be changed", () => {
  const loaded = load("slack: {a: b}");
  const objects = [
    loaded,
    loaded.config,
    loaded.config.aws,
    loaded.config.aws.securitylake,
    loaded.config.buffer,
    loaded.config.lake,
    loaded.config.receiver,
    loaded.settings,
    loaded.settings[0],
    loaded.warnings,
  ];
  assert.ok(objects.every(Object.isFrozen));
});

for (
  const [written, value] of [["ALWAYS", "always"], ["never", "never"], ["250ms", 250]] as const
) {
  Deno.test(`buffer.sync takes ${written}`, () => {
    assert.equal(
      load(`lake: {directory: /lake}\nbuffer: {sync: ${written}}`).config.buffer.sync,
      value,
    );
  });
}

Deno.test("any OCSF version may go to a bucket that is not Security Lake's, and 1.3.0 to one that is", () => {
  for (const [bucket, version] of [["logs", "1.8.0"], ["aws-security-data-lake-x", "1.3.0"]]) {
    const { config } = load(
      `lake: {ocsfversion: ${version}}\n` +
        `aws: {securitylake: {bucket: ${bucket}, region: r, prefix: p, accountid: a}}`,
      {},
    );
    assert.equal(config.lake.ocsfversion, version);
  }
});
