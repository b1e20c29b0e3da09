import assert from "node:assert/strict";
import { post, sandbox, until } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const event = (id: number): string =>
  JSON.stringify({
    output: "Something happened",
    output_fields: { "proc.name": "sh", "evt.num": id },
    priority: "Warning",
    rule: `Rule ${id}`,
    source: "syscall",
    time: "2026-11-20T12:00:00Z",
  });

/** A sandbox with a lake, and what is in it in the end. */
function withLake() {
  const box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const environment = { ...box.environment, ...lake.environment };
  return {
    box,
    environment,
    /** Ships all and stops; the raw events that are in the lake then, sorted. */
    shipped: async () => {
      const agent = await box.start({ environment });
      assert.equal(await agent.stop(), 0, agent.log());
      return (await rowsOf(lake)).map((row) => row["raw_data"] as string).sort();
    },
    write: (name: string, text: string) => {
      Deno.writeTextFileSync(`${box.directory}/${name}`, text);
      return name;
    },
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
}

Deno.test("import stores a refused request that was mended, in the buffer of an agent that is not running", async () => {
  await using setup = withLake();
  const { box, environment } = setup;
  const agent = await box.start({ environment });
  assert.equal(await post(agent, event(1)), 200);
  assert.equal(await post(agent, `${event(2)}\n${event(3).replace("}", "")}\n`), 400);
  await agent.kill();
  const folder = `${box.directory}/buffer/rejected`;
  const [kept] = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`);
  assert.equal(Deno.readTextFileSync(kept!), `${event(3).replace("}", "")}\n`);

  const refused = await box.run(["import", kept!], { environment });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /\.body:1: not a JSON object/);
  Deno.writeTextFileSync(kept!, event(3));
  const mended = await box.run(["import", kept!], { environment });
  assert.equal(mended.code, 0, mended.stderr);
  assert.equal(mended.stdout, `${kept}: 1 events accepted by ${box.directory}/buffer\n`);
  assert.deepEqual(await setup.shipped(), [1, 2, 3].map(event));
});

Deno.test("import hands events to the agent that runs on the buffer", async () => {
  await using setup = withLake();
  const { box, environment } = setup;
  const agent = await box.start({ environment });
  const ids = Array.from({ length: 2500 }, (_, at) => at + 1);
  const file = setup.write("falco.ndjson", ids.map((id) => `${event(id)}\n`).join(""));
  const port = { LISTENPORT: String(agent.port) };
  const { code, stdout, stderr } = await box.run(["import", file], {
    environment: { ...environment, ...port },
  });
  assert.equal(code, 0, stderr);
  assert.equal(stdout, `${file}: 2500 events accepted by http://127.0.0.1:${agent.port}/\n`);
  await agent.kill();
  assert.deepEqual(await setup.shipped(), ids.map(event).sort());
});

Deno.test("import takes an array, goes on behind what is no event, and says where that stands", async () => {
  await using setup = withLake();
  const { box, environment } = setup;
  await (await box.start({ environment })).kill();
  const array = setup.write("array.json", `[${event(1)},\n${event(2)}]`);
  const mixed = setup.write("mixed.ndjson", `${event(3)}\n{"no": "event"}\n${event(4)}\n`);
  const { code, stdout, stderr } = await box.run(["import", array, "missing.json", mixed], {
    environment,
  });
  assert.equal(code, 1);
  assert.match(stderr, /^falco-lake: missing\.json: .*No such file.*\n.*mixed\.ndjson:2: /);
  assert.match(stdout, /array\.json: 2 events accepted.*\n.*mixed\.ndjson: 2 events accepted/);
  assert.deepEqual(await setup.shipped(), [1, 2, 3, 4].map(event));
});

Deno.test("import takes the records of a segment that are asked for, around its damage", async () => {
  await using setup = withLake();
  const { box, environment } = setup;
  const agent = await box.start({ environment });
  for (const id of [1, 2, 3, 4]) assert.equal(await post(agent, event(id)), 200);
  await agent.kill();
  const segment = "00000000000000000001.corrupt";
  const bytes = Deno.readFileSync(`${box.directory}/buffer/00000000000000000001.seg`);
  bytes[44 + 24 + 10]! ^= 1; // in the first record
  Deno.writeFileSync(`${box.directory}/${segment}`, bytes);
  Deno.removeSync(`${box.directory}/buffer`, { recursive: true });
  await (await box.start({ environment })).kill();

  const some = await box.run(["import", "--sequences", "3-4", segment], { environment });
  assert.equal(some.code, 1);
  assert.match(
    some.stderr,
    /00001\.corrupt: damaged at bytes 44 to \d+: event 1 is lost\n$/,
  );
  assert.deepEqual(await setup.shipped(), [3, 4].map(event));
});

Deno.test("import refuses a place without a buffer instead of making one that nobody ships", async () => {
  await using setup = withLake();
  const { box, environment } = setup;
  const file = setup.write("one.json", event(1));
  const { code, stderr } = await box.run(["import", file], { environment });
  assert.equal(code, 1);
  assert.match(stderr, /There is no buffer at .*: set buffer\.directory or BUFFER_DIRECTORY/);
  assert.ok(![...Deno.readDirSync(box.directory)].some(({ name }) => name === "buffer"));
});

Deno.test("import through an agent that cannot store says from where on nothing is stored", async () => {
  await using setup = withLake();
  const { box, environment } = setup;
  const agent = await box.start({
    environment: { ...environment, RECEIVER_MAXBODYSIZE: "300", BUFFER_SEGMENTSIZE: "64KiB" },
  });
  // The agent's limit is lower than the import knows.
  const long = event(2).replace("Something", "Something".repeat(40));
  const file = setup.write("two.ndjson", `${event(1)}\n${long}\n`);
  const { code, stderr, stdout } = await box.run(["import", file], {
    environment: { ...environment, LISTENPORT: String(agent.port) },
  });
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /two\.ndjson: stopped after 0 events, at line 1: nothing from there on is stored: .* 413/,
  );
  await until(() => agent.log().includes("413"));
});
