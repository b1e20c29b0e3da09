import { ROOT } from "./root.ts";

export const README = Deno.readTextFileSync(`${ROOT}README.md`);

/** The rows of the tables of a section, as their cells, whatever the widths. */
export function readmeTable(title: string): string[][] {
  const section = README.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  return section.split("\n").filter((line) => line.startsWith("|")).slice(2)
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}
