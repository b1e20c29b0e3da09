import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { FOLDER, load } from "./support.ts";

const reload = (text: string, running: ReturnType<typeof load>) =>
  loadConfig({ fileName: "f.yaml", text }, (name) => ({ ...FOLDER })[name as "LAKE_DIRECTORY"], {
    running: running.config,
  });

Deno.test("what cannot change while the agent runs is kept, with a warning; the rest is new", () => {
  const running = load("listenport: 1\nbuffer: {sync: always}\ntlsserver: {notlspaths: []}\n");
  const { config, warnings } = reload(
    "listenport: 2\nbuffer: {sync: 1s, maxsize: 2GiB}\ncustomtags: [a]\nlog: {format: json}\n" +
      "tlsserver: {deploy: false, notlspaths: []}\n",
    running,
  );
  assert.equal(config.listenport, 1);
  assert.equal(config.buffer.sync, "always");
  assert.equal(config.buffer.maxsize, 2 * 1024 ** 3);
  assert.deepEqual(config.customtags, ["a"]);
  assert.equal(config.log.format, "json");
  const why = (value: string) =>
    `Cannot change while the agent runs, stays "${value}"; restart it for that`;
  assert.deepEqual(warnings, [
    `f.yaml:1:13: listenport: ${why("1")}`,
    `f.yaml:2:16: buffer.sync: ${why("always")}`,
  ]);
});

Deno.test("rules look at what will be in force: a body must fit in the segments that there are", () => {
  const running = load("buffer: {segmentsize: 1MiB}\nreceiver: {maxbodysize: 512KiB}");
  assert.throws(
    () => reload("buffer: {segmentsize: 16MiB}\nreceiver: {maxbodysize: 4MiB}", running),
    (error: { problems: readonly string[] }) => {
      assert.deepEqual(error.problems, [
        "f.yaml:2:25: receiver.maxbodysize: Cannot accept 4MiB with a buffer.segmentsize of 1MiB; " +
        "expected at most 1020KiB",
      ]);
      return true;
    },
  );
});

Deno.test("the same file again changes nothing and warns of nothing", () => {
  const text =
    "listenport: 1\ntlsserver: {deploy: true, notlspaths: [/ping]}\nbuffer: {sync: 1s}\n";
  const running = load(text);
  const again = reload(text, running);
  assert.deepEqual(again.config, running.config);
  assert.deepEqual(again.warnings, []);
});
