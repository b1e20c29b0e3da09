/**
 * `task bench`: durable ingest over HTTP, side by side in one run, because the machine is noisy:
 * a bare write + fdatasync on the same disk, a server that reads the body and stores nothing, and
 * falco-lake with 1, 16 and 64 connections.
 */
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/platform/clock.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import { systemProcess } from "../../src/platform/process.ts";
import { serve } from "../../src/receiver/server.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { spawnAgent } from "../spawn_agent.ts";
import { typicalEvent } from "./event.ts";
import type { LoadRequest, LoadResult } from "./load_client.ts";
import { percentile } from "./statistics.ts";

const SECONDS = 5;
const directory = fileURLToPath(import.meta.resolve("../../.cache/bench"));
const print = (text: string) => systemProcess.out(`${text}\n`);

const body = typicalEvent();

systemDisk.removeDirectory(directory);
await systemDisk.makeDirectory(directory);

function load(request: LoadRequest): Promise<LoadResult> {
  const worker = new Worker(import.meta.resolve("./load_client.ts"), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  });
}

async function bareSync(): Promise<Float64Array> {
  const file = systemDisk.create(`${directory}/bare`);
  const bytes = new TextEncoder().encode(body);
  const latencies: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  for (let before = performance.now(); before < end;) {
    file.append(bytes);
    await file.syncData();
    const after = performance.now();
    latencies.push(after - before);
    before = after;
  }
  file.close();
  return Float64Array.from(latencies);
}

print(`One event of ${body.length} bytes, ${SECONDS} s each; client and server share the cores.\n`);
const bare = percentile(await bareSync(), 0.5);
print(`bare write + fdatasync           p50 ${bare.toFixed(3)} ms`);

const reference = await serve(
  async (request) => {
    JSON.parse(new TextDecoder().decode(await request.readBody(() => true)));
    return { status: 200, headers: {}, body: "" };
  },
  { hostname: "127.0.0.1", port: 0 },
  { log: createLog(print, systemClock), clock: systemClock },
);
const agent = await spawnAgent({
  binary: Deno.env.get("FALCO_LAKE_BIN"),
  environment: {
    LISTENADDRESS: "127.0.0.1",
    LISTENPORT: "0",
    BUFFER_DIRECTORY: `${directory}/buffer`,
    LAKE_DIRECTORY: `${directory}/lake`,
    BUFFER_MAXSIZE: "8GiB",
    AWS_SECURITYLAKE_INTERVAL: "24h",
  },
});
for (const connections of [1, 16, 64]) {
  const plain = await load({ port: reference.port, connections, seconds: SECONDS, body });
  const durable = await load({ port: agent.port, connections, seconds: SECONDS, body });
  const rate = ({ answered, seconds }: LoadResult) => answered / seconds;
  const p50 = percentile(durable.latencies, 0.5);
  print(
    `${String(connections).padStart(3)} connections: falco-lake ${
      rate(durable).toFixed(0)
    } events/s, ` +
      `p50 ${p50.toFixed(3)} ms (${(p50 / bare).toFixed(2)} x bare sync), ` +
      `p99 ${percentile(durable.latencies, 0.99).toFixed(3)} ms, ${durable.refused} refused; ` +
      `parse and forget ${rate(plain).toFixed(0)}/s, ratio ${
        (rate(durable) / rate(plain)).toFixed(2)
      }`,
  );
}
await agent.kill();
await reference.close();
systemDisk.removeDirectory(directory);
