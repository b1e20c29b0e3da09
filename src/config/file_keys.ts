import { type Findings, printableKey } from "./findings.ts";
import type { GivenKeys } from "./given.ts";
import { isKeyPath, KEY_PATHS, type KeyPath, KEYS } from "./keys.ts";
import { nearest } from "./nearest.ts";
import { isNotYetKey, NOT_YET, notYet } from "./not_yet.ts";
import type { Place } from "./place.ts";
import { parseYaml, type Position, type YamlEntry, type YamlMap, type YamlNode } from "./yaml.ts";

/** Sections of our own, where falcosidekick has nothing: there an unknown key is a mistake. */
const OURS = ["buffer.", "lake.", "receiver."];

/** Dotted names of all sections: `aws`, `aws.securitylake`, … */
const SECTIONS = new Set(
  [...KEY_PATHS, ...Object.keys(NOT_YET)].flatMap((path) =>
    path.split(".").slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join("."))
  ),
);

/**
 * Finds the table's keys in a file and tells about all others: unknown keys of our sections are
 * problems, the rest (falcosidekick's outputs) one warning each. Keys in any case, nested or dotted,
 * as viper takes them. Null is unset.
 *
 * @returns undefined when the file cannot be read as a map
 */
export function readFileKeys(
  source: { readonly fileName: string; readonly text: string },
  findings: Findings,
): GivenKeys | undefined {
  const placeOf = ({ line, column }: Position): Place => ({
    kind: "file",
    file: source.fileName,
    line,
    column,
  });
  const { root, isReadable, faults } = parseYaml(source.text);
  for (const fault of faults) findings.problem(placeOf(fault), fault.key, fault.message);
  if (!isReadable) return undefined;
  const given: GivenKeys = new Map();
  if (root && root.kind !== "map") {
    findings.problem(placeOf(root), "", `Cannot accept a ${root.kind}; ${EXPECTED}`);
    return undefined;
  }
  if (root) visitSection(root, "");
  return given;

  function visitSection(map: YamlMap, prefix: string): void {
    for (const entry of map.entries()) {
      const path = prefix + entry.key.toLowerCase();
      if (isKeyPath(path)) visitKey(path, entry);
      else if (SECTIONS.has(path)) visitSectionValue(path, entry.value);
      else if (isNotYetKey(path)) visitNotYet(path, entry);
      else visitUnknown(path, entry);
    }
  }

  function visitSectionValue(path: string, value: YamlNode | undefined): void {
    if (value?.kind === "map") visitSection(value, `${path}.`);
    else if (value) {
      findings.problem(placeOf(value), path, `Cannot accept a ${value.kind}; ${EXPECTED}`);
    }
  }

  function visitKey(path: KeyPath, { keyPosition, value }: YamlEntry): void {
    if (!value) return;
    const before = given.get(path);
    if (before?.place.kind === "file") {
      const message = `Given twice, first on line ${before.place.line}; expected once`;
      findings.problem(placeOf(keyPosition), path, message);
    } else if (value.kind !== "text") {
      const message = `Cannot accept a ${value.kind}; expected ${KEYS[path].type.allowed}`;
      findings.problem(placeOf(value), path, message);
    } else given.set(path, { text: value.text, place: placeOf(value) });
  }

  function visitNotYet(path: string, { keyPosition, value }: YamlEntry): void {
    // A list or map stands for any text that is not the default; an empty one is the default "".
    const text = value?.kind === "text" ? value.text : value?.isEmpty ? "" : value?.kind;
    const message = text === undefined ? undefined : notYet(path, text);
    if (message !== undefined) findings.warning(placeOf(keyPosition), path, message);
  }

  function visitUnknown(path: string, { keyPosition, value }: YamlEntry): void {
    const parent = sectionAbove(path);
    const siblings = siblingsIn(parent);
    const meant = nearest(path.slice(parent.length), siblings);
    const hint = meant === undefined ? "" : ` (did you mean ${parent}${meant}?)`;
    if (OURS.includes(parent)) {
      const message = `Unknown key; expected one of ${siblings.join(", ")}${hint}`;
      findings.problem(placeOf(keyPosition), path, message);
    } else if (value || printableKey(path) !== path) {
      findings.warning(placeOf(keyPosition), path, `Not used by falco-lake${hint}`);
    }
  }
}

const EXPECTED = "expected keys with values";

/** The innermost section we know that a path is in, with its dot: `buffer.` for `buffer.a.b`. */
function sectionAbove(path: string): string {
  const section = path.slice(0, Math.max(path.lastIndexOf("."), 0));
  return section === "" ? "" : SECTIONS.has(section) ? `${section}.` : sectionAbove(section);
}

/** The keys and sections that stand directly below `aws.`, say. */
function siblingsIn(parent: string): string[] {
  const below = KEY_PATHS.filter((path) => path.startsWith(parent));
  return [...new Set(below.map((path) => path.slice(parent.length).split(".")[0] ?? ""))];
}
