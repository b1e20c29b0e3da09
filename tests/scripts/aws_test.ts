import assert from "node:assert/strict";
import { createTable, hiveColumns } from "../../scripts/aws/hive_table.ts";
import { isKeyPath } from "../../src/config/keys.ts";
import { folderStore } from "../../src/lake/folder_store.ts";
import { keyRoot, objectKey } from "../../src/lake/object_key.ts";
import { minorOf, OCSF_VERSIONS, type OcsfVersion } from "../../src/ocsf/version.ts";
import { encodeBatch } from "../../src/parquet/encode_batch.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import { load } from "../config/support.ts";
import { askDuckDb, NO_DUCKDB } from "../support/duckdb.ts";
import { ROOT } from "../support/root.ts";
import { testUnless } from "../support/skip.ts";

/*
 * What of the guide can be checked without AWS: that its parts agree with each other and with the
 * program, and that its DuckDB queries find what they say.
 */

const AWS = `${ROOT}scripts/aws/`;
const read = (path: string): string => Deno.readTextFileSync(AWS + path);
const namesIn = (folder: string, end: string): string[] =>
  [...Deno.readDirSync(AWS + folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(end)).sort();

const GUIDE = read("README.md");
const MODULES = ["base-role", "own-bucket", "security-lake"];
const TERRAFORM = MODULES.flatMap((module) =>
  namesIn(`terraform/${module}`, ".tf").map((name) => `terraform/${module}/${name}`)
);
const POLICIES = namesIn("policies", ".json");

Deno.test("Each policy allows what the guide says, and nothing more", () => {
  const rows = GUIDE.matchAll(/^\| \[(.+?\.json)\]\(policies\/\1\) +\|[^|]+\|(.+)\|$/gm);
  const expected = [...rows].map(([, name, actions]) => [
    name,
    [...actions!.matchAll(/`(.+?)`/g)].map(([, action]) => action),
  ]);
  const allowed = POLICIES.map((name) => {
    const { Version, Statement, ...others } = JSON.parse(read(`policies/${name}`));
    assert.deepEqual([Version, others], ["2012-10-17", {}], name);
    return [
      name,
      Statement.flatMap(({ Effect, Action, Resource, Principal }: Statement) => {
        assert.equal(Effect, "Allow", name);
        assert.ok(Principal ? !Resource : Resource?.every((one) => !/^\*|:::\*/.test(one)), name);
        return Action;
      }),
    ];
  });
  assert.deepEqual(expected.sort(), allowed);
});

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Principal?: Readonly<Record<string, string>>;
}

Deno.test("The guide explains all placeholders, and envsubst and Terraform fill them", () => {
  const explained = placeholders(GUIDE.split("\nPlaceholders, ")[1]!.split("\n\n")[0]!);
  const used = POLICIES.map((name) => placeholders(read(`policies/${name}`)));
  assert.deepEqual(explained, [...new Set(used.flat())].sort());
  const [, list] = /envsubst '(.+?)'/.exec(GUIDE)!;
  assert.deepEqual(list!.split(" ").map((name) => name.slice(1)), explained);
  const terraform = TERRAFORM.map(read).join("\n");
  for (const name of explained) assert.match(terraform, new RegExp(`\\b${name} *= `), name);
});

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => name!))].sort();
}

Deno.test("Terraform's brackets and quotes are balanced, and its files and variables exist", () => {
  for (const path of TERRAFORM) assert.deepEqual(openBrackets(read(path)), [], path);
  for (const module of MODULES) {
    const files = TERRAFORM.filter((path) => path.startsWith(`terraform/${module}/`));
    const text = files.map(read).join("\n");
    const declared = [...text.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name!).sort();
    const used = [...text.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name!);
    assert.deepEqual(declared, [...new Set(used)].sort(), module);
    for (const [, name] of text.matchAll(/\$\{local\.policies\}\/([\w-]+\.json)/g)) {
      assert.ok(POLICIES.includes(name!), name);
    }
  }
});

/** The brackets that stay open, or close nothing; `"` for a text that does not end in its line. */
function openBrackets(text: string): string[] {
  const open: string[] = [];
  const code = text.replaceAll(/<<-(\w+)\n[\s\S]*?\n *\1$/gm, "").replaceAll(/^ *#.*$/gm, "");
  // Templates inside of texts hold no quotes here.
  for (const [token] of code.matchAll(/"(?:[^"\\\n]|\\.)*"|["()[\]{}]/g)) {
    if (token.length > 1) continue;
    const opening = { ")": "(", "]": "[", "}": "{" }[token];
    if (opening !== undefined && open.at(-1) === opening) open.pop();
    else open.push(token);
  }
  return open;
}

Deno.test("What Terraform prints and the guide shows is configuration of falco-lake", () => {
  for (const module of ["own-bucket", "security-lake"]) {
    const [, yaml] = /<<-YAML\n([\s\S]*?)\n +YAML/.exec(read(`terraform/${module}/outputs.tf`))!;
    const values = { role_arn: "arn:aws:iam::123456789012:role/r", account_id: "123456789012" };
    const filled = yaml!.replace(
      /\$\{(.+?)\}/g,
      (_, path) =>
        Object.entries(values).find(([name]) => path.endsWith(name))?.[1] ??
          (path.endsWith(".arn") ? values.role_arn : "some-text"),
    );
    const { warnings } = load(filled, {});
    assert.deepEqual(warnings, [], module);
  }
  const [, example] = /```yaml\n(aws:[\s\S]*?)```/.exec(GUIDE)!;
  const { config, warnings } = load(example!, {});
  assert.deepEqual(warnings, []);
  assert.equal(config.aws.securitylake.accountid, "123456789012");
  const named = [...GUIDE.matchAll(/`((?:aws|lake|buffer)\.[a-z.]+)`/g)].map(([, key]) => key!);
  assert.deepEqual(named.filter((key) => !isKeyPath(key) && !NO_KEYS.test(key)), []);
});

/** The other dotted words of the guide. */
const NO_KEYS = /^lake\.(athena|duckdb)\.sql$/;

Deno.test("What the guide links to exists, and every query stands in both dialects", () => {
  for (const [, path] of GUIDE.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) Deno.statSync(AWS + path);
  const queries = namesIn("queries", ".duckdb.sql").map((name) => name.split(".")[0]!);
  const athena = namesIn("queries", ".athena.sql").map((name) => name.split(".")[0]!);
  assert.deepEqual(athena.filter((name) => name !== "create_table"), queries);
  for (const name of queries) assert.ok(GUIDE.includes(`(queries/${name}.duckdb.sql)`), name);
});

Deno.test("The metrics that the guide names exist", () => {
  const telemetry = [...Deno.readDirSync(`${ROOT}src/telemetry`)]
    .map(({ name }) => Deno.readTextFileSync(`${ROOT}src/telemetry/${name}`)).join("\n");
  const named = [...GUIDE.matchAll(/`falco_lake_(\w+)`/g)].map(([, name]) => name!);
  assert.ok(named.length > 0);
  for (const name of named) {
    const short = name.replace(/^buffer_|_total$/g, "");
    assert.match(telemetry, new RegExp(`"falco_lake_${name}"|"${short}"`), name);
  }
});

Deno.test("The table is what print_table.ts makes of the columns", () => {
  assert.equal(read("queries/create_table.athena.sql"), createTable("1.1.0"));
  assert.deepEqual(JSON.parse(read("terraform/own-bucket/columns.json")), hiveColumns("1.1.0"));
});

/** What the around_event query looks for. */
const UID = "6f1c2b7e-5d0a-4c39-9a51-0c7f5e3d8b21";
const DAY = "20261121";

const event = (time: string, fields: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    rule: "Terminal shell in container",
    priority: "Notice",
    source: "syscall",
    hostname: "node-1",
    output: "a shell",
    tags: ["container", "mitre_execution", "T1059"],
    time: `2026-11-21T${time}Z`,
    output_fields: fields,
    ...more,
  });

const SHELL = {
  ...{ "proc.name": "sh", "proc.exepath": "/bin/sh", "proc.cmdline": "sh -i", "user.name": "www" },
  ...{ "proc.pname": "php", "proc.pexepath": "/usr/bin/php", "proc.aname[2]": "nginx" },
  ...{ "container.id": "c1", "container.name": "web", "container.image.repository": "shop/web" },
  ...{ "container.image.tag": "1.2", "k8s.ns.name": "shop", "k8s.pod.name": "web-0" },
};

/** Sequence, event. 5 to 8 are missing. */
const EVENTS: readonly (readonly [number, string])[] = [
  [1, event("12:00:00", SHELL)],
  [2, event("12:01:00", SHELL, { uuid: UID })],
  [3, event("12:07:00", { "proc.name": "cat", "proc.pname": "bash" }, { tags: [] })],
  [4, "no event"],
  [9, event("12:02:00", {}, { rule: "Other", priority: "Critical", hostname: "node-2", tags: [] })],
];
const RECEIVED = Date.parse("2026-11-21T13:00:00Z") * 1000;

/** Writes the events as an agent would: two batches, each an object. */
async function writeLake(directory: string, ocsfVersion: OcsfVersion): Promise<void> {
  const store = folderStore(systemDisk, directory);
  const cloud = { region: "eu-west-1", accountId: "123456789012" };
  const logId = "0123456789abcdef0123456789abcdef";
  for (const batch of [EVENTS.slice(0, 4), EVENTS.slice(4)]) {
    const [first, last] = [batch[0]![0], batch.at(-1)![0]];
    const range = { ...cloud, logId, first, last };
    const records = batch.map(([sequence, text]) => ({
      sequence,
      receivedMicroseconds: RECEIVED,
      payload: new TextEncoder().encode(text),
    }));
    const files = await encodeBatch(() => records, {
      ...{ ...range, ocsfVersion, schema: "ocsf", compression: "zstd", version: "0.0.0" },
    });
    for (const { eventDay, bytes } of files) {
      const root = keyRoot({ ...range, prefix: "ext/falco" });
      const key = objectKey({ ...range, root }, eventDay);
      await store.put(key, bytes, new AbortController().signal);
    }
  }
}

/** Of each query the rows, cut to what says that they are right. */
const EXPECTED: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  by_technique: [["T1059", 2, 1, 2]],
  by_pod: [["shop", "web-0", 2, 2]],
  by_image: [["shop/web", "shop/web:1.2", 2, 1, 1, 2, ["Terminal shell in container"]]],
  process_tree: [
    ["nginx > /usr/bin/php > /bin/sh", 2, ["www"], "sh -i"],
    ["bash > cat", 1, null, null],
  ],
  process_ancestry: [
    ["nginx > /usr/bin/php > /bin/sh", 2, ["www"], "sh -i"],
    ["bash > cat", 1, null, null],
  ],
  top_rules: [
    [DAY, 1, "Terminal shell in container", "syscall", 3, 1, 2],
    [DAY, 2, "Other", "syscall", 1, 1, 5],
    [DAY, 3, "Unreadable Falco event", null, 1, 0, 0],
  ],
  around_event: [
    [-60, "Low", "Terminal shell in container", "sh -i", "www", "web", null, null, "a shell"],
    [0, "Low", "Terminal shell in container", "sh -i", "www", "web", null, null, "a shell", UID],
  ],
  incomplete_rows: [["Unreadable Falco event"]],
  missing_batches: [["0123456789abcdef0123456789abcdef", 5, 8, 4]],
};

for (const version of OCSF_VERSIONS) {
  testUnless(NO_DUCKDB, `The DuckDB queries find what is in a lake of ${version}`, async () => {
    const directory = Deno.makeTempDirSync();
    try {
      await writeLake(`${directory}/lake`, version);
      const view = read("queries/lake.duckdb.sql").replace("'lake/", `'${directory}/lake/`);
      const other = minorOf(version) <= 3 ? "process_ancestry" : "process_tree";
      for (const name of namesIn("queries", ".duckdb.sql").map((name) => name.split(".")[0]!)) {
        if (name === "lake" || name === other) continue;
        const query = read(`queries/${name}.duckdb.sql`);
        // Times have no form of their own in what askDuckDb prints.
        const rows = askDuckDb(
          `${view}SELECT to_json(rows) FROM (${query.replace(/;\s*$/, "")}) rows`,
        )
          .map((line) => Object.values(JSON.parse(line)).filter((value) => !isTime(value)));
        const expected = EXPECTED[name]!;
        assert.deepEqual(rows.map((row, at) => row.slice(0, expected[at]?.length)), expected, name);
      }
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}

const isTime = (value: unknown): boolean =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d \d\d:/.test(value);
