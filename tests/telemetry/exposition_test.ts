import assert from "node:assert/strict";
import { parseExposition } from "./exposition.ts";

const HEAD = "# HELP a_total Of \\\\ and\\nlines\n# TYPE a_total counter\n";
const HISTOGRAM = "# HELP h Help\n# TYPE h histogram\n";

Deno.test("The parser reads names, escapes and numbers", () => {
  const text = `${HEAD}a_total{x="\\\\\\"\\n,}",y=""} 1.5e+21\na_total 3\n`;
  assert.deepEqual([...parseExposition(text)], [["a_total", {
    type: "counter",
    help: "Of \\ and\nlines",
    samples: [
      { name: "a_total", labels: { x: '\\"\n,}', y: "" }, value: 1.5e21 },
      { name: "a_total", labels: {}, value: 3 },
    ],
  }]]);
});

Deno.test("The parser refuses what no scrape of ours may have", () => {
  const faults: readonly (readonly [text: string, message: RegExp])[] = [
    [`${HEAD}a_total 1`, /has no end/],
    [`${HEAD}a_total{x="1"} 1\na_total{x="1"} 2\n`, /A series twice/],
    [`${HEAD}a_total{x="\ud800"} 1\na_total{x="\udc00"} 2\n`, /A series twice/],
    [`${HEAD}a_total{x="1",y="2"} 1\na_total{y="2",x="1"} 2\n`, /A series twice/],
    [`${HEAD}a_total{x="1",x="2"} 1\n`, /A label twice/],
    [`${HEAD}a_total{x="\\x"} 1\n`, /No label/],
    [`${HEAD}a_total{x="1"\n`, /No }/],
    [`${HEAD}a_total Nan\n`, /No sample/],
    [`${HEAD}a_total -1\n`, /A count below 0/],
    [`${HEAD}b_total 1\n`, /outside of its family/],
    ["a_total 1\n", /outside of its family/],
    ["# TYPE a_total counter\n", /TYPE without HELP/],
    [`${HEAD}a_total 1\n${HEAD}a_total{x="1"} 1\n`, /A family twice/],
    ["# HELP a Help\n# TYPE a number\n", /No such type/],
    [`${HISTOGRAM}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`, /do not rise to \+Inf/],
    [
      `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
      /do not rise to \+Inf/,
    ],
    [`${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`, /do not add up/],
  ];
  for (const [text, message] of faults) {
    assert.throws(() => parseExposition(text), { message }, text);
  }
});
