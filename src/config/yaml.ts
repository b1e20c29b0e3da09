import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import { YAML_FAULTS } from "./yaml_faults.ts";

/** A position in the file, counted from 1; columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar extends Position {
  readonly kind: "text";
  /** The characters of the value, without quotes: `012345` keeps its zero, `1.0` its fraction. */
  readonly text: string;
}

export interface YamlList extends Position {
  readonly kind: "list";
  readonly isEmpty: boolean;
  /** undefined for null. */
  elements(): readonly (YamlNode | undefined)[];
}

export interface YamlMap extends Position {
  readonly kind: "map";
  readonly isEmpty: boolean;
  /**
   * In the order of the file; of repeated keys the first; merged ones (`<<`) last, unless the map
   * itself gives them.
   */
  entries(): readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keyPosition: Position;
  /** undefined for null: nothing, `~` or `null`. */
  readonly value: YamlNode | undefined;
}

/** What the parser refuses. */
export interface YamlFault extends Position {
  /** Dotted; "" when the fault is not about a key. */
  readonly key: string;
  readonly message: string;
}

export interface YamlFile {
  /** undefined when the file is empty or unreadable. */
  readonly root: YamlNode | undefined;
  /** Whether the text is YAML; its keys may still be repeated. */
  readonly isReadable: boolean;
  readonly faults: readonly YamlFault[];
}

/** Parses one YAML 1.2 document. Nothing of the file's text is in the faults apart from keys. */
export function parseYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false, // `repeatedKeys` finds them with their names
    logLevel: "error", // "silent" would let a second document pass
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    ...positionAt(pos[0]),
    key: "",
    message: YAML_FAULTS[code],
  }));
  faults.push(...unknownAliases(document, positionAt));
  if (faults.length > 0) return { root: undefined, isReadable: false, faults };
  return {
    root: toNode(document.contents, document, positionAt),
    isReadable: true,
    faults: repeatedKeys(document, positionAt),
  };
}

type PositionAt = (offset: number) => Position;

/**
 * Keys given twice in one map. In any case, as viper reads them; below `customfields` and
 * `templatedfields` the keys are the user's own and kept as written.
 */
function repeatedKeys(document: Document, positionAt: PositionAt): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map(_key, map, ancestors) {
      const path = ancestors.filter((node) => isPair(node)).map((pair) =>
        keyOf(pair).toLowerCase()
      );
      const areOurs = !/^(customfields|templatedfields)$/.test(path[0] ?? "");
      const seen = new Map<string, number>();
      for (const pair of map.items) {
        const key = areOurs ? keyOf(pair).toLowerCase() : keyOf(pair);
        const first = seen.get(key);
        const offset = offsetOf(pair.key);
        if (first === undefined) seen.set(key, offset);
        else {
          faults.push({
            ...positionAt(offset),
            key: [...path, key].filter((part) => part !== "").join("."),
            message: `Given twice, first on line ${positionAt(first).line}; expected once`,
          });
        }
      }
    },
  });
  return faults;
}

function unknownAliases(document: Document, positionAt: PositionAt): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = "Unknown alias; expected one whose anchor stands above it";
      faults.push({ ...positionAt(offsetOf(alias)), key: "", message });
    },
  });
  return faults;
}

function toNode(
  node: unknown,
  document: Document,
  positionAt: PositionAt,
  position = positionAt(offsetOf(node)),
): YamlNode | undefined {
  if (isAlias(node)) return toNode(node.resolve(document), document, positionAt, position);
  if (isSeq(node)) {
    const elements = () => node.items.map((item) => toNode(item, document, positionAt));
    return { ...position, kind: "list", isEmpty: node.items.length === 0, elements };
  }
  if (isMap(node)) {
    const entries = () =>
      pairsOf(node, document, new Set()).map((pair) => ({
        key: keyOf(pair),
        keyPosition: positionAt(offsetOf(pair.key)),
        value: toNode(pair.value, document, positionAt),
      }));
    return { ...position, kind: "map", isEmpty: node.items.length === 0, entries };
  }
  if (!isScalar(node) || node.value === null) return undefined;
  return { ...position, kind: "text", text: node.source ?? String(node.value) };
}

/** A map's pairs with those that `<<` merges into it, as Go's YAML reads them. */
function pairsOf(map: YAMLMap, document: Document, above: ReadonlySet<YAMLMap>): Pair[] {
  const pairs = new Map<string, Pair>();
  const add = (pair: Pair) => {
    const name = keyOf(pair).toLowerCase();
    if (!pairs.has(name)) pairs.set(name, pair);
  };
  map.items.filter((pair) => !isMerge(pair)).forEach(add);
  for (const merged of map.items.filter(isMerge).flatMap((pair) => mapsOf(pair.value, document))) {
    if (above.has(merged) || merged === map) continue; // an anchor that merges itself
    pairsOf(merged, document, new Set([...above, map])).forEach(add);
  }
  return [...pairs.values()];
}

function mapsOf(value: unknown, document: Document): YAMLMap[] {
  if (isAlias(value)) return mapsOf(value.resolve(document), document);
  if (isSeq(value)) return value.items.flatMap((item) => mapsOf(item, document));
  return isMap(value) ? [value] : [];
}

const isMerge = (pair: Pair) =>
  isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.source === "<<";

/** The key's own characters; "" for a key that is no text, which no table knows. */
const keyOf = (pair: Pair) => isScalar(pair.key) ? pair.key.source ?? String(pair.key.value) : "";

function offsetOf(node: unknown): number {
  const withRange = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return (withRange ? node.range?.[0] : undefined) ?? 0;
}
