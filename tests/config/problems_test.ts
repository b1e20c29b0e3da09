import assert from "node:assert/strict";
import { problemsOf } from "./support.ts";

/** One file per fault → the whole message. Lines are joined with \n. */
const FAULTS: readonly (readonly [fault: string, file: string, ...problems: string[]])[] = [
  [
    "a port out of range",
    "listenport: 65536",
    'f.yaml:1:13: listenport: Cannot accept "65536"; expected a whole number from 0 to 65535',
  ],
  [
    "a port that might be octal",
    "listenport: 02801",
    'f.yaml:1:13: listenport: Cannot accept "02801"; expected a whole number from 0 to 65535',
  ],
  [
    "a host name as address",
    "debug: true\nlistenaddress: localhost",
    'f.yaml:2:16: listenaddress: Cannot accept "localhost"; expected an IP address, or nothing for ' +
    "all addresses",
  ],
  [
    "a boolean that Go does not know",
    "debug: yes",
    'f.yaml:1:8: debug: Cannot accept "yes"; expected true or false',
  ],
  [
    "a key of ours that does not exist",
    "buffer:\n  maxsiz: 1GiB",
    "f.yaml:2:3: buffer.maxsiz: Unknown key; expected one of directory, maxsize, segmentsize, " +
    "sync, whenfull (did you mean buffer.maxsize?)",
  ],
  [
    "a key of ours that resembles none",
    "receiver: {colour: red}",
    "f.yaml:1:12: receiver.colour: Unknown key; expected one of maxbodysize, maxdecompressedsize, " +
    "timeout",
  ],
  [
    "an unknown key of ours in dotted form",
    "lake.compresion: zstd",
    "f.yaml:1:1: lake.compresion: Unknown key; expected one of directory, schema, ocsfversion, " +
    "compression, maxfilesize, rawdata, dropinternal, shutdowntimeout (did you mean lake.compression?)",
  ],
  [
    "an unknown section below a section of ours",
    "buffer.limits.maxsize: 1",
    "f.yaml:1:1: buffer.limits.maxsize: Unknown key; expected one of directory, maxsize, segmentsize, " +
    "sync, whenfull",
  ],
  [
    "a key given twice",
    "listenport: 1\nListenPort: 2",
    "f.yaml:2:1: listenport: Given twice, first on line 1; expected once",
  ],
  [
    "a section given twice",
    "lake:\n  compression: gzip\nlake:\n  maxfilesize: 1MiB",
    "f.yaml:3:1: lake: Given twice, first on line 1; expected once",
  ],
  [
    "a key given nested and dotted",
    "lake:\n  compression: gzip\nlake.compression: none",
    "f.yaml:3:1: lake.compression: Given twice, first on line 2; expected once",
  ],
  [
    "a key given twice in a section that is not ours",
    "slack:\n  a: 1\n  a: 2",
    "f.yaml:3:3: slack.a: Given twice, first on line 2; expected once",
  ],
  [
    "a map instead of a value",
    "listenport:\n  http: 1",
    "f.yaml:2:3: listenport: Cannot accept a map; expected a whole number from 0 to 65535",
  ],
  [
    "a list instead of a section",
    "buffer: [1]",
    "f.yaml:1:9: buffer: Cannot accept a list; expected keys with values",
  ],
  [
    "a list instead of a file",
    "- listenport",
    "f.yaml:1:1: Cannot accept a list; expected keys with values",
  ],
  [
    "a text instead of a file",
    "listenport",
    "f.yaml:1:1: Cannot accept a text; expected keys with values",
  ],
  [
    "a tab as indentation",
    "lake:\n\tcompression: gzip",
    "f.yaml:2:1: Tabs cannot indent; use spaces",
  ],
  [
    "an unclosed quote",
    'lake:\n  directory: "/x\n',
    "f.yaml:3:1: A character is missing, such as a closing quote, a bracket, a comma or a colon",
  ],
  [
    "two documents",
    "listenport: 1\n---\nlistenport: 2",
    "f.yaml:2:1: More than one document; expected no further --- line",
  ],
  [
    "an alias without its anchor",
    "lake: *lake",
    "f.yaml:1:7: Unknown alias; expected one whose anchor stands above it",
  ],
  [
    "a sync that is neither a word nor a duration",
    "buffer: {sync: sometimes}",
    'f.yaml:1:16: buffer.sync: Cannot accept "sometimes"; expected always, never, or a duration from ' +
    "100ms to 1h, such as 10s or 1m",
  ],
  [
    "a sync more often than makes sense",
    "buffer: {sync: 10ms}",
    'f.yaml:1:16: buffer.sync: Cannot accept "10ms"; expected always, never, or a duration from ' +
    "100ms to 1h, such as 10s or 1m",
  ],
  [
    "a size with an unknown unit",
    "buffer: {segmentsize: 16M}",
    'f.yaml:1:23: buffer.segmentsize: Cannot accept "16M"; expected a size from 64KiB to 1GiB, such ' +
    "as 64KiB, 16MiB, 1GiB or a number of bytes",
  ],
  [
    "a segment that is too small",
    "buffer: {segmentsize: 65535}",
    'f.yaml:1:23: buffer.segmentsize: Cannot accept "65535"; expected a size from 64KiB to 1GiB, ' +
    "such as 64KiB, 16MiB, 1GiB or a number of bytes",
  ],
  [
    "an object that is too large",
    "lake: {maxfilesize: 257MiB}",
    'f.yaml:1:21: lake.maxfilesize: Cannot accept "257MiB"; expected a size from 64KiB to 256MiB, ' +
    "such as 64KiB, 16MiB, 1GiB or a number of bytes",
  ],
  [
    "a limit of nothing",
    "receiver: {maxdecompressedsize: 0}",
    'f.yaml:1:33: receiver.maxdecompressedsize: Cannot accept "0"; expected a size from 1 to 1GiB, ' +
    "such as 64KiB, 16MiB, 1GiB or a number of bytes",
  ],
  [
    "a duration without a unit",
    "lake: {shutdowntimeout: 10}",
    'f.yaml:1:25: lake.shutdowntimeout: Cannot accept "10"; expected a duration from 0s to 1h, such ' +
    "as 10s or 1m",
  ],
  [
    "a word that is no choice",
    "buffer: {whenfull: block}",
    'f.yaml:1:20: buffer.whenfull: Cannot accept "block"; expected one of dropoldest, reject',
  ],
  [
    "an OCSF version that there is not",
    "lake: {ocsfversion: 1.0.0}",
    'f.yaml:1:21: lake.ocsfversion: Cannot accept "1.0.0"; expected one of 1.1.0, 1.2.0, 1.3.0, ' +
    "1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0",
  ],
  [
    "a negative interval",
    "aws: {securitylake: {interval: -5}}",
    'f.yaml:1:32: aws.securitylake.interval: Cannot accept "-5"; expected a number of minutes, or a ' +
    "duration such as 30s or 5m",
  ],
  [
    "an interval of nothing with a folder",
    "aws: {securitylake: {interval: 0}}",
    "f.yaml:1:32: aws.securitylake.interval: Cannot accept 0s; expected 1ms to 24h with a folder",
  ],
  [
    "an interval of more than a day",
    "aws: {securitylake: {interval: 25h}}",
    "f.yaml:1:32: aws.securitylake.interval: Cannot accept 25h; expected 1ms to 24h with a folder",
  ],
  [
    "a batch of nothing",
    "aws: {securitylake: {batchsize: 0}}",
    'f.yaml:1:33: aws.securitylake.batchsize: Cannot accept "0"; expected a whole number of at least 1',
  ],
  [
    "a priority that Falco does not have",
    "aws: {securitylake: {minimumpriority: warn}}",
    'f.yaml:1:39: aws.securitylake.minimumpriority: Cannot accept "warn"; expected one of emergency, ' +
    "alert, critical, error, warning, notice, informational, debug, or nothing for all",
  ],
  [
    "an account id that a template engine has made a float",
    "aws: {securitylake: {accountid: 1.23456789012e+11}}",
    'f.yaml:1:33: aws.securitylake.accountid: Cannot accept "1.23456789012e+11"; expected 12 digits, ' +
    "or a name such as external_acme",
  ],
  [
    "an account id that has lost its zero",
    "aws: {securitylake: {accountid: 12345678901}}",
    'f.yaml:1:33: aws.securitylake.accountid: Cannot accept "12345678901"; expected 12 digits, or a ' +
    "name such as external_acme",
  ],
  [
    "a prefix that leaves the lake",
    "aws: {securitylake: {prefix: ext/../..}}",
    'f.yaml:1:30: aws.securitylake.prefix: Cannot accept "ext/../.."; expected the first part of ' +
    "object keys such as ext/falco, without . or .. as a segment",
  ],
  [
    "a region with a slash",
    "aws: {region: eu/west}",
    'f.yaml:1:15: aws.region: Cannot accept "eu/west"; expected a region such as eu-west-1',
  ],
  [
    "an endpoint without a scheme",
    "aws: {securitylake: {endpoint: minio}}",
    'f.yaml:1:32: aws.securitylake.endpoint: Cannot accept "minio"; expected a URL such as ' +
    "https://s3.example.com:9000, without user name or query",
  ],
  [
    "an empty buffer directory",
    'buffer: {directory: ""}',
    'f.yaml:1:21: buffer.directory: Cannot accept ""; expected the path of a folder ' +
    "outside of /dev, /proc and /sys",
  ],
  [
    "a folder that Deno lets nobody into",
    "buffer: {directory: /dev/shm/buffer}",
    'f.yaml:1:21: buffer.directory: Cannot accept "/dev/shm/buffer"; expected the path of a folder ' +
    "outside of /dev, /proc and /sys",
  ],
  [
    "a buffer of less than two segments",
    "buffer:\n  maxsize: 31MiB",
    "f.yaml:2:12: buffer.maxsize: Cannot accept 31MiB with a buffer.segmentsize of 16MiB; expected at " +
    "least 32MiB",
  ],
  [
    "segments of more than half the buffer, whose own size is a default",
    "buffer:\n  segmentsize: 600MiB",
    "f.yaml:2:16: buffer.maxsize: Cannot accept 1GiB with a buffer.segmentsize of 600MiB; expected at " +
    "least 1200MiB",
  ],
  [
    "a body that does not fit in a segment",
    "receiver:\n  maxbodysize: 16MiB",
    "f.yaml:2:16: receiver.maxbodysize: Cannot accept 16MiB with a buffer.segmentsize of 16MiB; " +
    "expected at most 16380KiB",
  ],
  [
    "one half of the credentials",
    "aws: {accesskeyid: AKIA}",
    "f.yaml:1:20: aws.secretaccesskey: Missing; expected with aws.accesskeyid",
  ],
  [
    "the other half of the credentials",
    "aws: {secretaccesskey: hush}",
    "f.yaml:1:24: aws.accesskeyid: Missing; expected with aws.secretaccesskey",
  ],
];

/** Files that need an environment without a lake folder. */
const LAKE_FAULTS: typeof FAULTS = [
  [
    "no lake",
    "debug: true",
    "lake.directory: No lake is configured; expected aws.securitylake.bucket or lake.directory",
  ],
  [
    "two lakes",
    "lake: {directory: /lake}\n" +
    "aws: {securitylake: {bucket: logs, region: r, prefix: p, accountid: a}}",
    'f.yaml:1:19: lake.directory: Cannot accept "/lake" beside aws.securitylake.bucket; expected one ' +
    "of them",
  ],
  [
    "a bucket alone",
    "aws:\n  securitylake:\n    bucket: logs",
    "f.yaml:3:13: aws.securitylake.region: Missing; expected with aws.securitylake.bucket",
    "f.yaml:3:13: aws.securitylake.prefix: Missing; expected with aws.securitylake.bucket",
    "f.yaml:3:13: aws.securitylake.accountid: Missing; expected with aws.securitylake.bucket",
  ],
  [
    "a bucket that cannot be one",
    "aws: {securitylake: {bucket: arn:aws:sns:::x}}",
    'f.yaml:1:30: aws.securitylake.bucket: Cannot accept "arn:aws:sns:::x"; expected a bucket\'s ' +
    "name, arn:aws:s3:::NAME or s3://NAME/PREFIX",
  ],
  [
    "an OCSF version that Security Lake does not read",
    "lake: {ocsfversion: 1.4.0}\naws: {securitylake: {bucket: arn:aws:s3:::" +
    "aws-security-data-lake-eu-west-1-x, region: r, prefix: p, accountid: a}}",
    "f.yaml:1:21: lake.ocsfversion: Cannot accept 1.4.0 with a bucket of Security Lake, which reads " +
    "OCSF 1.3.0 and earlier; expected 1.1.0, 1.2.0 or 1.3.0",
  ],
  [
    "two prefixes",
    "aws: {securitylake: {bucket: s3://logs/a, region: r, prefix: b, accountid: a}}",
    'f.yaml:1:62: aws.securitylake.prefix: Cannot accept "b" beside "a" in aws.securitylake.bucket; ' +
    "expected one of them",
  ],
];

for (const [fault, file, ...problems] of FAULTS) {
  Deno.test(`config refuses ${fault} and says where and what is allowed`, () => {
    assert.deepEqual(problemsOf(file), problems);
  });
}

for (const [fault, file, ...problems] of LAKE_FAULTS) {
  Deno.test(`config refuses ${fault} and says where and what is allowed`, () => {
    assert.deepEqual(problemsOf(file, {}), problems);
  });
}

Deno.test("config tells all problems at once, the file's from top to bottom, then the environment's", () => {
  const file = "listenport: -1\nlake:\n  foo: 1\nbuffer:\n  whenfull: x\n  maxsize: 16MiB\n";
  const problems = problemsOf(file, { LAKE_DIRECTORY: "/lake", DEBUG: "maybe" });
  assert.deepEqual(problems.map((problem) => problem.split(": ").slice(0, 2).join(": ")), [
    "f.yaml:1:13: listenport",
    "f.yaml:3:3: lake.foo",
    "f.yaml:5:13: buffer.whenfull",
    "f.yaml:6:12: buffer.maxsize",
    "environment DEBUG: debug",
  ]);
});

Deno.test("config names the variable when the environment is wrong", () => {
  assert.deepEqual(
    problemsOf("listenport: 2801", { LAKE_DIRECTORY: "/l", LISTENPORT: "x", BUFFER_MAXSIZE: "1" }),
    [
      'environment LISTENPORT: listenport: Cannot accept "x"; expected a whole number from 0 to 65535',
      'environment BUFFER_MAXSIZE: buffer.maxsize: Cannot accept "1"; expected a size of at least ' +
      "128KiB, such as 64KiB, 16MiB, 1GiB or a number of bytes",
    ],
  );
});

Deno.test("config names the variable when a rule is broken by the environment", () => {
  assert.deepEqual(problemsOf("", { LAKE_DIRECTORY: "/lake", AWS_ACCESSKEYID: "AKIA" }), [
    "environment AWS_ACCESSKEYID: aws.secretaccesskey: Missing; expected with aws.accesskeyid",
  ]);
});

Deno.test("an unreadable file does not hide what is wrong in the environment", () => {
  assert.deepEqual(problemsOf("a: [", { LISTENPORT: "x" }), [
    "f.yaml:1:5: Wrong indentation, or a bracket that is not closed",
    'environment LISTENPORT: listenport: Cannot accept "x"; expected a whole number from 0 to 65535',
  ]);
});
