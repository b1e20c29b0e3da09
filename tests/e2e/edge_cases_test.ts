import assert from "node:assert/strict";
import { NO_SHARED, readShared } from "../support/shared.ts";
import { readmeTable } from "../support/readme.ts";
import { flush, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

/** A request and falcosidekick's answer to it, as read from its code. */
interface EdgeCase {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly body_b64?: string;
  /** `abort` when it cuts the connection. */
  readonly falcosidekick_status: number | "abort";
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string | null;
}

/** What we mean to do otherwise. */
interface Difference {
  /** The row of README's table "Differences from falcosidekick" that gives the reason. */
  readonly row: string;
  /** Where the answer is another. */
  readonly status?: number;
  readonly body?: string;
  /** Where another number of events than one for a 200 and none otherwise is stored. */
  readonly events?: number;
}

const accepted = (row: string): Difference => ({ row, status: 200 });

/** Every case that is not answered and kept as falcosidekick would. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  "trailing-garbage": {
    row: "text behind an event",
    status: 400,
    body: "Please send a valid request body: stored 1 events, refused 1, the first at line 1: " +
      "not a JSON object\n",
    events: 1,
  },
  "ndjson-two": { row: "several events in a body", events: 2 },
  "array": accepted("a JSON array of events"),
  "gzip-content-encoding": accepted("`Content-Encoding`"),
  "of-missing": accepted("missing, null or empty `output_fields`"),
  "of-empty": accepted("missing, null or empty `output_fields`"),
  "of-null": accepted("missing, null or empty `output_fields`"),
  "of-k8s-ns-number": accepted("`k8s.ns.name` or `k8s.pod.name` that is no string"),
  "of-k8s-pod-object": accepted("`k8s.ns.name` or `k8s.pod.name` that is no string"),
  // The answer is the same, and what becomes of the event is not.
  "post-test": { row: "`POST /test`" },
  "uuid-given": { row: "`uuid` of an event" },
  "source-missing": { row: "a source left out" },
  "source-empty": { row: "a source left out" },
  "of-bigint": { row: "integers beyond 2^53" },
  "of-number-1e400": { row: "a number beyond 1e308" },
  "truncate-over-4096": { row: "long fields" },
  "event-over-1MiB": { row: "an event above 1 MiB" },
};

/** Rows of README's table that no request shows. */
const NOT_ABOUT_REQUESTS = [
  "200",
  "a refused body",
  "body size",
  "day of an object",
  "keys of objects",
  "OCSF",
  "a bad configuration file",
  "`minimumpriority` it does not know",
  "an incomplete bucket",
  "`listenport`",
  "names in `customfields`",
  "`customfields` and `customtags`: `%NAME`",
  "`templatedfields`",
  "`bracketreplacer`",
  "TLS",
  "HTTP/2",
  "a colon in a value of `CUSTOMFIELDS`",
  "`aws.rolearn`, `aws.externalid`, the keys",
  "`aws.checkidentity`",
  "`/metrics`",
  "metric label `destination`",
  "metric series",
  "log line per event",
  "SIGTERM",
  "SIGHUP",
];

const NO_ANSWER = "Please send with post http method\n";
const BAD_BODY = "Please send a valid request body\n";

/** falcosidekick's whole answer (`handlers.go`). */
function falcosidekicks({ method, path, falcosidekick_status: status }: EdgeCase): Answer {
  if (path === "/ping") return { status: 200, body: "pong\n", contentType: TEXT };
  if (path === "/healthz") {
    return { status: 200, body: '{"status": "ok"}', contentType: "application/json" };
  }
  if (status === 200) return { status, body: "", contentType: null };
  assert.notEqual(status, "abort", "a difference");
  return {
    status: status as number,
    body: method === "POST" ? BAD_BODY : NO_ANSWER,
    contentType: TEXT,
  };
}

const TEXT = "text/plain; charset=utf-8";

const bodyOf = ({ body = "", body_b64 }: EdgeCase): Uint8Array<ArrayBuffer> =>
  body_b64 === undefined
    ? new TextEncoder().encode(body)
    : Uint8Array.from(atob(body_b64), (character) => character.charCodeAt(0));

function expectedOf(edge: EdgeCase): Answer {
  const { status, body } = DIFFERENCES[edge.id] ?? {};
  if (status === undefined) return falcosidekicks(edge);
  return status === 200
    ? { status, body: "", contentType: null }
    : { status, body: body ?? "", contentType: TEXT };
}

testUnless(
  NO_SHARED,
  "Each of 87 requests gets falcosidekick's answer, or one that README tells of, and leaves its events in the lake",
  async () => {
    await using box = sandbox();
    const lake = folderLake(`${box.directory}/lake`);
    const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
    const { cases } = JSON.parse(readShared("corpus/edge_cases.json")) as {
      readonly cases: readonly EdgeCase[];
    };
    assert.equal(cases.length, 87);
    const unknown = Object.keys(DIFFERENCES).filter((id) => !cases.some((edge) => edge.id === id));
    assert.deepEqual(unknown, []);
    let stored = 0;
    for (const edge of cases) {
      const expected = expectedOf(edge);
      const hasBody = edge.method !== "GET";
      const response = await fetch(`http://127.0.0.1:${agent.port}${edge.path}`, {
        method: edge.method,
        ...(edge.headers && { headers: edge.headers }),
        ...(hasBody && { body: bodyOf(edge) }),
      });
      const answer: Answer = {
        status: response.status,
        body: await response.text(),
        contentType: response.headers.get("content-type"),
      };
      assert.deepEqual(answer, expected, edge.id);
      if (expected.status === 400) {
        assert.equal(response.headers.get("x-content-type-options"), "nosniff", edge.id);
      }
      const isEvent = edge.method === "POST" && expected.status === 200;
      stored += DIFFERENCES[edge.id]?.events ?? (isEvent ? 1 : 0);
    }
    await flush(agent);
    assert.equal(await agent.stop(), 0, agent.log());

    const rows = await rowsOf(lake);
    assert.equal(rows.length, stored);
    const raw = rows.map((row) => String(row["raw_data"]));
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const whole = cases.filter((edge) =>
      edge.method === "POST" && edge.path !== "/test" && expectedOf(edge).status === 200 &&
      !["ndjson-two", "array", "gzip-content-encoding", "event-over-1MiB"].includes(edge.id)
    );
    for (const edge of whole) {
      // OCSF 1.1's strings are at most 65 535 characters: see the mapping's own tests.
      assert.ok(raw.includes(decoder.decode(bodyOf(edge)).trim()), edge.id);
    }
  },
);

Deno.test("README's differences from falcosidekick are those of the table of requests, and others by name", () => {
  const rows = readmeTable("Differences from falcosidekick").map(([where]) => where!);
  const used = Object.values(DIFFERENCES).map(({ row }) => row);
  assert.deepEqual(rows.toSorted(), [...new Set([...used, ...NOT_ABOUT_REQUESTS])].toSorted());
});
