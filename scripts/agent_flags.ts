import denoJson from "../deno.json" with { type: "json" };

/**
 * The permissions and switches that the agent runs with, from deno.json's task `run`: the one place
 * where they stand. The build bakes the same ones into the binary.
 */
export const AGENT_FLAGS: readonly string[] = denoJson.tasks.run.split(" ")
  .filter((word) => word.startsWith("--"));
