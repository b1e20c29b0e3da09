import type { FieldValue } from "../falco_event.ts";
import { BoundedText } from "./bounded_text.ts";
import { Budget } from "./budget.ts";
import { Cursor } from "./cursor.ts";
import { RenderError } from "./error.ts";
import { parseNodes } from "./parse_nodes.ts";
import { renderNodes } from "./render.ts";
import type { Value } from "./value.ts";

export { TemplateError } from "./error.ts";

/** A parsed template; it can be rendered any number of times. */
export interface Template {
  /**
   * Never throws for any data. On a run-time error (Go: Execute returns an error) `error` has the
   * reason and `text` what had been written until then, as falcosidekick keeps it.
   */
  render(fields: Readonly<Record<string, FieldValue>>): {
    readonly text: string;
    readonly error?: string;
  };
}

/**
 * Parses a subset of Go's text/template, which falcosidekick's `templatedfields` are written in.
 *
 * Supported: text, trim markers, comments, field chains from `.`, `$` and parentheses, literals,
 * pipelines, `if`, `with`, `range`, and the functions and, eq, index, len, ne, not, or, print and
 * printf. A template that Go accepts and that uses only these is rendered as Go renders it over
 * event data decoded with UseNumber (falcosidekick does that): a number is text that is printed
 * with its digits. limits.ts has what Go does not bound and we do.
 *
 * Source: the documentation of Go's packages text/template and fmt; tests/event/template compares
 * with the real ones.
 *
 * @throws TemplateError when text is no template of the subset
 */
export function parseTemplate(text: string): Template {
  const nodes = parseNodes(new Cursor(text.toWellFormed()));
  return {
    render(fields) {
      const budget = new Budget();
      const root: Value = { kind: "map", fields };
      const out = new BoundedText(budget);
      try {
        renderNodes(nodes, { dot: root, root, budget }, out);
        return { text: out.text };
      } catch (error) {
        if (error instanceof RenderError) return { text: out.text, error: error.message };
        throw error;
      }
    },
  };
}
