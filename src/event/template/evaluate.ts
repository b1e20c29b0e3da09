import type { Budget } from "./budget.ts";
import { RenderError } from "./error.ts";
import { fieldOf } from "./fields.ts";
import { ARITIES, type FunctionName } from "./function_names.ts";
import { callFunction } from "./functions.ts";
import type { Command, Operand, Path, Pipeline } from "./nodes.ts";
import { ABSENT, isTrue, type Value } from "./value.ts";

/** Where an operand is evaluated. */
export interface Scope {
  readonly dot: Value;
  /** `$`: what the template is rendered over. */
  readonly root: Value;
  readonly budget: Budget;
}

/** The value of the last command. Null counts as absent from here on, as in Go. */
export function evaluatePipeline(pipeline: Pipeline, scope: Scope): Value {
  let piped: Value | undefined;
  for (const command of pipeline.commands) {
    const value = evaluateCommand(command, scope, piped);
    piped = value.kind === "null" ? ABSENT : value;
  }
  return piped!;
}

/** @param piped the value of the command before it, as the last argument */
function evaluateCommand(
  [first, ...rest]: Command,
  scope: Scope,
  piped: Value | undefined,
): Value {
  const hasArguments = rest.length > 0 || piped !== undefined;
  if (first.kind === "function") return callNamed(first.name, rest, scope, piped);
  if (first.kind === "path" && first.names.length > 0) {
    return evaluatePath(first, scope, hasArguments);
  }
  if (hasArguments) throw new RenderError("can't give argument to non-function");
  if (first.kind === "nil") throw new RenderError("nil is not a command");
  return evaluateOperand(first, scope);
}

/** An operand that is an argument or stands alone. */
function evaluateOperand(operand: Operand, scope: Scope): Value {
  scope.budget.spend();
  switch (operand.kind) {
    case "literal":
      return operand.value;
    case "overflow":
      throw new RenderError(`${operand.text} overflows int`);
    case "nil":
      return ABSENT;
    case "function":
      return callNamed(operand.name, [], scope, undefined);
    case "path":
      return evaluatePath(operand, scope, false);
    case "pipeline":
      return evaluatePipeline(operand, scope);
  }
}

/** @param hasArguments whether they are given to the last name */
function evaluatePath({ from, names }: Path, scope: Scope, hasArguments: boolean): Value {
  const start = typeof from === "object" ? evaluateOperand(from, scope) : scope[from];
  scope.budget.spend(1 + names.length);
  return names.reduce(
    (value, name, index) => fieldOf(value, name, hasArguments && index === names.length - 1),
    start,
  );
}

function callNamed(
  name: FunctionName,
  operands: readonly Operand[],
  scope: Scope,
  piped: Value | undefined,
): Value {
  scope.budget.spend();
  const count = operands.length + (piped ? 1 : 0);
  const [least, most] = ARITIES[name];
  if (count < least || count > most) {
    throw new RenderError(`wrong number of args for ${name}: got ${count}`);
  }
  if (name === "and" || name === "or") return firstThat(name === "or", operands, scope, piped);
  const values = operands.map((operand) => evaluateOperand(operand, scope));
  return callFunction(name, piped ? [...values, piped] : values, scope.budget);
}

/** The first argument whose truth is `wanted`, or the last one; those behind are not evaluated. */
function firstThat(
  wanted: boolean,
  operands: readonly Operand[],
  scope: Scope,
  piped: Value | undefined,
): Value {
  let value = ABSENT;
  for (const operand of operands) {
    value = evaluateOperand(operand, scope);
    if (isTrue(value, scope.budget) === wanted) return value;
  }
  return piped ?? value;
}
