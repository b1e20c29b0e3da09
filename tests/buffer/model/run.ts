import fc from "fast-check";
import { History } from "./history.ts";
import { keepScript, keptScripts } from "./kept_scripts.ts";
import { REGRESSIONS } from "./regressions.ts";
import { type Script, script, type Setting, type Step } from "./steps.ts";

/** What came of many histories. */
export interface Outcome {
  readonly histories: number;
  readonly seed: number;
  /** For people: the shortest history that still fails, why, and how to repeat it. */
  readonly failure: string | undefined;
}

/**
 * Runs histories until one fails: first those that failed once, here or in an earlier run on this
 * machine, then random ones. What fails is kept for the next run.
 */
export async function runHistories(histories: number, seed: number): Promise<Outcome> {
  const examples = [...REGRESSIONS, ...keptScripts()];
  const details = await fc.check(
    fc.asyncProperty(script, ([setting, steps]) => History.run(setting, steps)),
    {
      seed,
      numRuns: examples.length + histories,
      examples: examples.map(([setting, steps]): [[Setting, Step[]]] => [[setting, [...steps]]]),
    },
  );
  const outcome = { histories: details.numRuns, seed, failure: undefined };
  if (!details.failed) return outcome;
  const { counterexample, counterexamplePath, errorInstance } = details;
  const found: Script = counterexample![0];
  keepScript(found);
  const failure = `${(errorInstance as Error).stack}\n${printed(found)}\n` +
    `FALCO_LAKE_SEED=${seed} repeats it (path ${counterexamplePath})`;
  return { ...outcome, failure };
}

/** One step a line, ready for `regressions.ts`. */
function printed([setting, steps]: Script): string {
  const lines = steps.map((step) => `    ${JSON.stringify(step)},`);
  return [`  [${JSON.stringify(setting)}, [`, ...lines, "  ]],"].join("\n");
}
