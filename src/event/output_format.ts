import type { FalcoEvent } from "./falco_event.ts";

/** What an output can be made of, besides the event. */
export interface OutputParts {
  readonly customFields: readonly (readonly [name: string, value: string])[];
  readonly templatedFields: readonly (readonly [name: string, value: string])[];
  readonly tags: readonly string[];
}

/**
 * Falco's own way to begin an output: a time with a fraction, and a priority. falcosidekick does not
 * anchor it, so it may stand anywhere; nothing else is formatted. Looked for from its colon
 * backwards: from its front, a megabyte of digits would take minutes.
 */
const FALCO_OUTPUT =
  /: (?<=[0-9:]\.[0-9]+: )(?:Debug|Informational|Notice|Warning|Error|Critical|Alert|Emergency) /i;

const TOKEN = /<(timestamp|priority|output|custom_fields|templated_fields|tags)>/g;

/**
 * Formats an event's output as falcosidekick does with `outputFieldFormat` (`handlers.go`): the first
 * word is the time, the second the priority, the rest the output.
 *
 * @returns the output as it is when it does not begin as Falco's do, or has fewer than three words
 */
export function formatOutput(format: string, event: FalcoEvent, parts: OutputParts): string {
  const { output, priority } = event;
  const [time = "", , ...rest] = output.split(" ");
  if (rest.length === 0 || !FALCO_OUTPUT.test(output)) return output;
  const fields = (all: OutputParts["customFields"]) =>
    all.map(([name, value]) => `${name}=${value}`).join(" ");
  const tokens: Readonly<Record<string, () => string>> = {
    timestamp: () => time.replace(/:$/, ""),
    priority: () => priority,
    output: () => rest.join(" "),
    custom_fields: () => fields(parts.customFields),
    templated_fields: () => fields(parts.templatedFields),
    tags: () => parts.tags.join(","),
  };
  // falcosidekick puts in one after the other, and so looks for tokens in what it has put in: an
  // event could have a few kilobytes of its own become gigabytes.
  let text = format.replace(TOKEN, (_token, name) => tokens[name]!());
  for (const end of [" ", "( )", "()", " "]) {
    if (text.endsWith(end)) text = text.slice(0, -end.length);
  }
  return text;
}
