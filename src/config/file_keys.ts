import { type Findings, printableKey } from "./findings.ts";
import { falcosidekickNames, isOfAnOutput } from "./falcosidekick_outputs.ts";
import type { GivenItem, GivenKeys } from "./given.ts";
import { isKeyPath, KEY_PATHS, type KeyPath, KEYS } from "./keys.ts";
import { nearest } from "./nearest.ts";
import type { Place } from "./place.ts";
import {
  parseYaml,
  type Position,
  type YamlEntry,
  type YamlList,
  type YamlMap,
  type YamlNode,
} from "./yaml.ts";

/** Sections of our own, where falcosidekick has nothing: there an unknown key is a mistake. */
const OURS = ["buffer.", "lake.", "log.", "receiver."];

/** Dotted names of all sections: `aws`, `aws.securitylake`, … */
const SECTIONS = new Set(
  KEY_PATHS.flatMap((path) =>
    path.split(".").slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join("."))
  ),
);

/** What a file says. */
export interface FileKeys {
  /** Of the table's keys. */
  readonly given: GivenKeys;
  /** Texts of falcosidekick's outputs that are not empty, by dotted key, and where the key stands. */
  readonly outputs: ReadonlyMap<string, { readonly text: string; readonly place: Place }>;
}

/**
 * Finds the table's keys in a file and those of falcosidekick's outputs, and tells about all others:
 * unknown keys of our sections are problems, the rest one warning each. Keys in any case, nested or
 * dotted, as viper takes them. Null is unset.
 *
 * @returns undefined when the file cannot be read as a map
 */
export function readFileKeys(
  source: { readonly fileName: string; readonly text: string },
  findings: Findings,
): FileKeys | undefined {
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
  const outputs = new Map<string, { readonly text: string; readonly place: Place }>();
  if (root && root.kind !== "map") {
    findings.problem(placeOf(root), "", `Cannot accept a ${root.kind}; ${EXPECTED}`);
    return undefined;
  }
  if (root) visitSection(root, "");
  return { given, outputs };

  function visitSection(map: YamlMap, prefix: string): void {
    for (const entry of map.entries()) {
      const path = prefix + entry.key.toLowerCase();
      if (isKeyPath(path)) visitKey(path, entry);
      else if (SECTIONS.has(path)) visitSectionValue(path, entry.value);
      else if (isOfAnOutput(path)) visitOutput(path, entry);
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
    const { type } = KEYS[path];
    if (before?.place.kind === "file") {
      const message = `Given twice, first on line ${before.place.line}; expected once`;
      findings.problem(placeOf(keyPosition), path, message);
    } else if (value.kind === "text") {
      given.set(path, { kind: "text", text: value.text, place: placeOf(value) });
    } else if ("form" in type && value.kind === type.form) {
      given.set(path, { kind: value.kind, items: itemsIn(path, value), place: placeOf(value) });
    } else {
      const message = `Cannot accept a ${value.kind}; expected ${type.allowed}`;
      findings.problem(placeOf(value), path, message);
    }
  }

  /** Null is an empty text, as viper has it. */
  function itemsIn(path: KeyPath, collection: YamlList | YamlMap): readonly GivenItem[] {
    const nodes = collection.kind === "map"
      ? collection.entries()
      : collection.elements().map((value) => ({ key: "", keyPosition: collection, value }));
    return nodes.flatMap(({ key, keyPosition, value }) => {
      if (value === undefined) return [{ key, text: "", place: placeOf(keyPosition) }];
      if (value.kind === "text") return [{ key, text: value.text, place: placeOf(value) }];
      const subject = key === "" ? path : `${path}.${key}`;
      findings.problem(placeOf(value), subject, `Cannot accept a ${value.kind}; expected a text`);
      return [];
    });
  }

  function visitOutput(path: string, { keyPosition, value }: YamlEntry): void {
    if (value?.kind === "map") {
      for (const entry of value.entries()) {
        visitOutput(`${path}.${entry.key.toLowerCase()}`, entry);
      }
    } else if (value?.kind === "text" && value.text !== "") {
      outputs.set(path, { text: value.text, place: placeOf(keyPosition) });
    }
  }

  function visitUnknown(path: string, { keyPosition, value }: YamlEntry): void {
    const parent = sectionAbove(path);
    const meant = nearest(path.slice(parent.length), namesIn(parent));
    const hint = meant === undefined ? "" : ` (did you mean ${parent}${meant}?)`;
    if (OURS.includes(parent)) {
      const message = `Unknown key; expected one of ${siblingsIn(parent).join(", ")}${hint}`;
      findings.problem(placeOf(keyPosition), path, message);
    } else if (value || printableKey(path) !== path) {
      findings.warning(placeOf(keyPosition), path, `Unknown key; it has no effect${hint}`);
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

/** Those and falcosidekick's. */
function namesIn(parent: string): string[] {
  const isFalcosidekicks = parent === "" || parent === "aws.";
  return [...siblingsIn(parent), ...(isFalcosidekicks ? falcosidekickNames(parent) : [])];
}
