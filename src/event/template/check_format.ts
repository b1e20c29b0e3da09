import { TemplateError } from "./error.ts";
import { parseFormat } from "./fmt/format.ts";
import type { Command, Operand } from "./nodes.ts";

/** A command while it is parsed. */
export interface PlacedCommand {
  readonly command: Command;
  /** Where each of its operands starts. */
  readonly offsets: readonly number[];
}

/**
 * Refuses what we leave out of printf where the format is a literal of the template; in another
 * one it is an error when it is rendered.
 *
 * @param previous the command that is piped into this one: `{{"%d" | printf}}`
 */
export function checkFormat(
  { command, offsets }: PlacedCommand,
  previous: PlacedCommand | undefined,
): void {
  const [first, second] = command;
  if (first.kind !== "function" || first.name !== "printf") return;
  const isPiped = !second && previous?.command.length === 1;
  const format = textOf(isPiped ? previous.command[0] : second);
  if (format === undefined) return;
  const unsupported = parseFormat(format).find(({ kind }) => kind === "unsupported");
  if (unsupported?.kind !== "unsupported") return;
  throw new TemplateError(
    `${JSON.stringify(unsupported.text)} in the format: ${unsupported.reason}`,
    isPiped ? previous.offsets[0]! : offsets[1]!,
  );
}

const textOf = (operand: Operand | undefined): string | undefined =>
  operand?.kind === "literal" && operand.value.kind === "string" ? operand.value.text : undefined;
