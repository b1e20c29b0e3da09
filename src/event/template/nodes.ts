import type { FunctionName } from "./function_names.ts";
import type { Value } from "./value.ts";

/** A parsed template: what is between two delimiters, or around them. */
export type Node =
  | { readonly kind: "text"; readonly text: string }
  /** Writes the pipeline's value. */
  | { readonly kind: "action"; readonly pipeline: Pipeline }
  /** `if … else if … else`, or the same of `with`, which changes dot. The first true one counts. */
  | {
    readonly kind: "if" | "with";
    readonly branches: readonly Branch[];
    readonly otherwise: readonly Node[];
  }
  | { readonly kind: "range"; readonly branch: Branch; readonly otherwise: readonly Node[] };

export interface Branch {
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
}

/** Commands joined by `|`; the value of each is the last argument of the next. Never empty. */
export interface Pipeline {
  readonly kind: "pipeline";
  readonly commands: readonly Command[];
}

/** A first word and its arguments. Never empty. */
export type Command = readonly [Operand, ...Operand[]];

export type Operand =
  | { readonly kind: "literal"; readonly value: Value }
  /** An integer beyond int64: Go refuses it when it is evaluated. */
  | { readonly kind: "overflow"; readonly text: string }
  | { readonly kind: "nil" }
  | { readonly kind: "function"; readonly name: FunctionName }
  | Path
  | Pipeline;

/** `.a.b`, `$.a`, `(index . "a").b`, and `.` and `$` with an empty path. */
export interface Path {
  readonly kind: "path";
  readonly from: "dot" | "root" | Operand;
  readonly names: readonly string[];
}
