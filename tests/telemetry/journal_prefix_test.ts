import assert from "node:assert/strict";
import { journalPrefix } from "../../src/telemetry/journal_prefix.ts";

Deno.test("The journal gets each line's priority, and nobody else", () => {
  const levels = ["error", "warn", "info", "debug"] as const;
  assert.deepEqual(levels.map((level) => journalPrefix(level, true)), ["<3>", "<4>", "<6>", "<7>"]);
  assert.deepEqual(levels.map((level) => journalPrefix(level, false)), ["", "", "", ""]);
});
