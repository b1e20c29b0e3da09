import { type Cursor, unexpected } from "./cursor.ts";
import { TemplateError } from "./error.ts";
import { checkFormat, type PlacedCommand } from "./check_format.ts";
import { parseOperand } from "./parse_operand.ts";
import type { Operand, Pipeline } from "./nodes.ts";

/**
 * Parses a pipeline and the `}}` or `)` behind it.
 *
 * @param context what the pipeline belongs to, for messages: `if`, `command`, …
 */
export function parsePipeline(cursor: Cursor, context: string): Pipeline {
  const end = context === PARENTHESES ? "right paren" : "close";
  const commands: PlacedCommand[] = [];
  for (;;) {
    const token = cursor.peekBehindSpace();
    if (token.kind === end) {
      if (commands.length === 0) {
        throw new TemplateError(`missing value for ${context}`, token.offset);
      }
      cursor.next();
      return { kind: "pipeline", commands: commands.map(({ command }) => command) };
    }
    if (token.kind === "pipe") throw unexpected(token, context);
    const placed = parseCommand(cursor, context);
    checkFormat(placed, commands.at(-1));
    if (commands.length > 0 && !isExecutable(placed.command[0])) {
      throw new TemplateError(
        `non executable command in pipeline stage ${commands.length + 1}`,
        token.offset,
      );
    }
    commands.push(placed);
  }
}

const PARENTHESES = "parenthesized pipeline";

/** Operands separated by spaces, up to a `|` (which is taken) or the end of the pipeline. */
function parseCommand(cursor: Cursor, context: string): PlacedCommand {
  const operands: Operand[] = [];
  const offsets: number[] = [];
  for (;;) {
    const token = cursor.peekBehindSpace();
    const operand = parseOperand(cursor, parseParentheses);
    if (operand) {
      operands.push(operand);
      offsets.push(token.offset);
      if (cursor.peek().kind === "space") continue;
    }
    const next = cursor.peek();
    if (next.kind === "pipe") cursor.next();
    else if (next.kind !== "close" && next.kind !== "right paren") {
      throw unexpected(next, operands.length === 0 ? context : "operand");
    }
    const [first, ...rest] = operands;
    if (!first) throw new TemplateError("empty command", next.offset);
    return { command: [first, ...rest], offsets };
  }
}

function parseParentheses(cursor: Cursor): Pipeline {
  const { offset } = cursor.next();
  return cursor.nested(offset, () => parsePipeline(cursor, PARENTHESES));
}

/** Whether a command can take the value of the one before it. */
const isExecutable = (operand: Operand): boolean =>
  operand.kind === "function" || operand.kind === "pipeline" ||
  (operand.kind === "path" && !(operand.from === "dot" && operand.names.length === 0));
