import { BoundedText } from "./bounded_text.ts";
import { RenderError } from "./error.ts";
import { evaluatePipeline, type Scope } from "./evaluate.ts";
import { formatPlain } from "./fmt/value.ts";
import type { Branch, Node } from "./nodes.ts";
import { sortedKeys } from "./sorted_keys.ts";
import { fromField, int, isTrue, typeName, type Value } from "./value.ts";

/** Writes nodes in their order. @throws RenderError with what came before it written */
export function renderNodes(nodes: readonly Node[], scope: Scope, out: BoundedText): void {
  for (const node of nodes) {
    scope.budget.spend();
    switch (node.kind) {
      case "text":
        out.add(node.text);
        break;
      case "action":
        out.add(shown(evaluatePipeline(node.pipeline, scope), scope));
        break;
      case "range":
        if (!renderRange(node.branch, scope, out)) renderNodes(node.otherwise, scope, out);
        break;
      default:
        if (!renderBranch(node.branches, node.kind === "with", scope, out)) {
          renderNodes(node.otherwise, scope, out);
        }
    }
  }
}

function shown(value: Value, { budget }: Scope): string {
  if (value.kind === "absent") return "<no value>";
  if (value.kind === "string") return value.text;
  const text = new BoundedText(budget);
  formatPlain(value, text);
  return text.text;
}

/** @returns whether any branch's pipeline was true */
function renderBranch(
  branches: readonly Branch[],
  setsDot: boolean,
  scope: Scope,
  out: BoundedText,
): boolean {
  for (const { pipeline, body } of branches) {
    const value = evaluatePipeline(pipeline, scope);
    if (!isTrue(value, scope.budget)) continue;
    renderNodes(body, setsDot ? { ...scope, dot: value } : scope, out);
    return true;
  }
  return false;
}

/** @returns whether there was anything to range over */
function renderRange({ pipeline, body }: Branch, scope: Scope, out: BoundedText): boolean {
  let any = false;
  for (const dot of elements(evaluatePipeline(pipeline, scope), scope)) {
    any = true;
    scope.budget.spend();
    renderNodes(body, { ...scope, dot }, out);
  }
  return any;
}

function* elements(value: Value, { budget }: Scope): Generator<Value> {
  switch (value.kind) {
    case "absent":
      return;
    case "slice":
      for (const item of value.items) yield fromField(item);
      return;
    case "map":
      for (const key of sortedKeys(value.fields, budget)) yield fromField(value.fields[key]);
      return;
    case "int":
      for (let at = 0n; at < value.value; at++) yield int(at, value.type);
      return;
    default:
      throw new RenderError(`range can't iterate over ${typeName(value)}`);
  }
}
