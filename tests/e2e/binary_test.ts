import assert from "node:assert/strict";
import { builtBinary } from "../support/binary.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const binary = await builtBinary();

/** Why no network namespace of its own can be had; undefined when it can. */
const noNamespace = await succeeds("unshare", "--map-root-user", "--net", "ip", "link", "show")
  ? undefined
  : "unshare with network namespaces, or ip, is not to be had here";

const EVENT = JSON.stringify({
  output: "A shell was spawned",
  output_fields: { "proc.name": "sh", "proc.pid": 4242 },
  priority: "Notice",
  rule: "Terminal shell in container",
  source: "syscall",
  tags: ["mitre_execution", "T1059"],
  time: "2026-11-21T12:00:00.000000001Z",
});

// A client of a few lines of shell: nothing else is needed inside the namespace. The port is free,
// since nobody else is there.
const SCRIPT = `
set -eu
ip link set lo up
env -i LISTENADDRESS=127.0.0.1 LISTENPORT=2801 BUFFER_DIRECTORY=buffer LAKE_DIRECTORY=lake "$1" run 2>log &
agent=$!
until grep -q 'up and listening' log; do kill -0 $agent; sleep 0.05; done
exec 3<>/dev/tcp/127.0.0.1/2801
printf 'POST / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \${#2} "$2" >&3
head -n 1 <&3
kill -TERM $agent
wait $agent
`;

testUnless(
  binary.missing ?? noNamespace,
  "The binary takes an event from HTTP to a Parquet row with no Deno, no cache, no environment and no network",
  async () => {
    await using box = sandbox();
    const output = await new Deno.Command("unshare", {
      args: ["--map-root-user", "--net", "bash", "-c", SCRIPT, "bash", binary.path!, EVENT],
      cwd: box.directory,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    const explain = decoder.decode(output.stderr) + Deno.readTextFileSync(`${box.directory}/log`);
    assert.equal(output.code, 0, explain);
    assert.equal(decoder.decode(output.stdout), "HTTP/1.1 200 OK\r\n", explain);
    const rows = await rowsOf(folderLake(`${box.directory}/lake`));
    assert.equal(rows.length, 1);
    assert.equal(rows[0]!["raw_data"], EVENT);
  },
);

async function succeeds(program: string, ...args: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: [...args], stdin: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
