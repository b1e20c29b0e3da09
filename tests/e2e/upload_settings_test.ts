import assert from "node:assert/strict";
import { type Fault, STORED } from "../../scripts/torture/s3_fault.ts";
import { assertExactlyOnce } from "../support/exactly_once.ts";
import { FaultyS3 } from "../support/faulty_s3.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, type Sandbox, sandbox, until } from "../support/sandbox.ts";

/** Lets a batch fail, changes where and how objects are put, and ships another batch. */
async function reloadAfter(fault: Fault, box: Sandbox, s3: FaultyS3): Promise<string[]> {
  const { AWS_SECURITYLAKE_PREFIX: _, ...environment } = s3.environment;
  const file = `${box.directory}/config.yaml`;
  const write = (prefix: string, ocsfversion: string) =>
    Deno.writeTextFileSync(
      file,
      `aws: {securitylake: {prefix: ${prefix}}}\nlake: {ocsfversion: ${ocsfversion}}\n`,
    );
  write("ext/old", "1.1.0");
  const agent = await box.start({
    environment: { ...box.environment, ...environment },
    args: ["run", "-c", file],
  });
  const [first, second] = [makeEvent(1), makeEvent(2)];
  assert.equal(await post(agent, first), 200);
  s3.faultOf = () => fault;
  agent.signal("SIGUSR2");
  await agent.logged(/attempt 1\)/);
  // Between the two, no attempt may succeed.
  write("ext/new", "1.3.0");
  agent.signal("SIGHUP");
  await agent.logged(/SIGHUP - the configuration is in force/);
  const tries = s3.puts.length;
  agent.signal("SIGUSR2");
  await until(() => s3.puts.length > tries, agent.log);
  s3.faultOf = () => undefined;
  await flush(agent);
  assert.equal(await post(agent, second), 200);
  await flush(agent);
  assert.deepEqual(s3.violations, []);
  await assertExactlyOnce(s3, [first, second], agent.log);
  return [...(await s3.objects()).keys()].map((key) => key.split("/")[1]!);
}

Deno.test("An object that may stand in the lake keeps its key and bytes, whatever the configuration says since", async () => {
  await using box = sandbox();
  await using s3 = new FaultyS3();
  assert.deepEqual(await reloadAfter({ ...STORED, answer: "cut" }, box, s3), ["old", "new"]);
});

Deno.test("An object that S3 has refused is made anew as the configuration says since", async () => {
  await using box = sandbox();
  await using s3 = new FaultyS3();
  const refused: Fault = { ...STORED, store: "never", answer: 403 };
  assert.deepEqual(await reloadAfter(refused, box, s3), ["new", "new"]);
});
