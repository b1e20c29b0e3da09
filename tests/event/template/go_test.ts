import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTemplate, TemplateError } from "../../../src/event/template/template.ts";
import { testUnless } from "../../support/skip.ts";
import { arbitraryLiteralPair } from "./arbitrary_literal.ts";
import { askGo, type GoAnswer, NO_GO } from "./go.ts";
import { arbitraryPair } from "./grammar.ts";
import { mutate } from "./mutate.ts";
import { type Pair, toJson } from "./pair.ts";
import { HAND_WRITTEN } from "./pairs/mod.ts";

const SEED = 1;

type Outcome = "same" | "different" | "refused by us alone" | "beyond our limits";

function compare({ template, data }: Pair, go: GoAnswer): Outcome {
  let rendered;
  try {
    rendered = parseTemplate(template).render(data);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return go.parseError === undefined ? "refused by us alone" : "same";
  }
  if (/^more than \d+ steps|^text longer/.test(rendered.error ?? "")) return "beyond our limits";
  const same = go.parseError === undefined && rendered.text === go.text &&
    (rendered.error === undefined) === (go.error === undefined);
  return same ? "same" : "different";
}

/** The pairs of each outcome, as something to read and to paste. */
async function outcomes(pairs: readonly Pair[]): Promise<Record<Outcome, readonly string[]>> {
  const answers = await askGo(pairs);
  const found: Record<Outcome, string[]> = {
    same: [],
    different: [],
    "refused by us alone": [],
    "beyond our limits": [],
  };
  pairs.forEach((pair, index) => {
    const go = answers[index]!;
    const shown = `${JSON.stringify(pair.template)} over ${toJson(pair.data)}: Go ${go.text}`;
    found[compare(pair, go)].push(`${shown} ${go.parseError ?? go.error ?? ""}`);
  });
  return found;
}

testUnless(NO_GO, "templates by hand do what they do in Go", async () => {
  assert.ok(HAND_WRITTEN.length >= 300);
  const { same, ...others } = await outcomes(HAND_WRITTEN);
  assert.deepEqual(Object.values(others).flat(), []);
  assert.equal(same.length, HAND_WRITTEN.length);
});

testUnless(NO_GO, "generated templates of the subset do what they do in Go", async () => {
  const pairs = fc.sample(arbitraryPair, { numRuns: 5000, seed: SEED });
  const found = await outcomes(pairs);
  assert.deepEqual(found.different, []);
  assert.deepEqual(found["refused by us alone"], []);
  assert.ok(found["beyond our limits"].length < pairs.length / 100);
});

testUnless(NO_GO, "what Go refuses among mutated templates and literals, we refuse", async () => {
  const pairs = [
    ...fc.sample(arbitraryPair, { numRuns: 3000, seed: SEED }).map(mutate),
    ...fc.sample(arbitraryLiteralPair, { numRuns: 3000, seed: SEED }),
  ];
  const found = await outcomes(pairs);
  assert.deepEqual(found.different, []);
  // Outside of the subset, as %*d, other functions and complex numbers are.
  assert.ok(found["refused by us alone"].length < pairs.length / 50);
});
