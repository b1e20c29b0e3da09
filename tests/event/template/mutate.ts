import { seeded } from "../../support/seeded.ts";
import type { Pair } from "./pair.ts";

/** What templates are made of, and what they must not have. */
export const PIECES = [
  ...["{{", "}}", "{{- ", " -}}", "{{end}}", "{{else}}", "if ", "else", "end", "with ", "range "],
  ...["(", ")", "|", " ", "-", ".", "$", '"', "`", "'", "\\", "/*", "*/", ":", "=", ",", "\n", "é"],
  ...["0", "e", "_", "1.5", "nil", "true", "print "],
];

/** Puts pieces in, and takes some characters out, at places that depend on `index` alone. */
export function mutate(pair: Pair, index: number): Pair {
  const next = seeded(index);
  const random = (below: number) => Math.floor(next() * below);
  let { template } = pair;
  for (let count = 1 + random(3); count > 0; count--) {
    const at = random(template.length + 1);
    const piece = random(3) > 0 ? PIECES[random(PIECES.length)]! : "";
    template = template.slice(0, at) + piece + template.slice(at + random(3));
  }
  return { ...pair, template: template.toWellFormed() };
}
