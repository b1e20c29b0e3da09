import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTemplate, TemplateError } from "../../../src/event/template/template.ts";
import { arbitraryData } from "./arbitrary_data.ts";
import { arbitraryTemplate } from "./grammar.ts";
import { mutate, PIECES } from "./mutate.ts";
import type { Pair } from "./pair.ts";

/** Far beyond what any takes, for a machine that is busy. */
const LONG_MILLISECONDS = 2000;

function renderOrRefuse({ template, data }: Pair): void {
  const started = performance.now();
  try {
    const { text, error } = parseTemplate(template).render(data);
    assert.ok(text.isWellFormed() && error !== "");
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    assert.ok(error.offset >= 0 && error.offset <= template.length, error.message);
  }
  assert.ok(performance.now() - started < LONG_MILLISECONDS);
}

Deno.test("any text is a template or refused with an offset inside of it", () => {
  const unit = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 3 }));
  const text = fc.array(unit, { maxLength: 30 }).map((units) => units.join(""));
  const inAction = text.map((one) => `{{${one}}}`);
  fc.assert(
    fc.property(
      fc.oneof(text, inAction, fc.string()),
      arbitraryData,
      (template, data) => renderOrRefuse({ template, data }),
    ),
    { numRuns: 5000 },
  );
});

Deno.test("a template with mistakes in it is rendered or refused", () => {
  fc.assert(
    fc.property(
      arbitraryTemplate,
      arbitraryData,
      fc.nat(),
      (template, data, seed) => renderOrRefuse(mutate({ template, data }, seed)),
    ),
    { numRuns: 3000 },
  );
});

Deno.test("a template is rendered alike each time, and leaves its data as it was", () => {
  fc.assert(
    fc.property(arbitraryTemplate, arbitraryData, (template, data) => {
      const parsed = parseTemplate(template);
      const before = structuredClone(data);
      assert.deepEqual(parsed.render(data), parsed.render(data));
      assert.deepEqual(data, before);
    }),
    { numRuns: 1000 },
  );
});
