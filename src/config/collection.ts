import type { Given, GivenItem } from "./given.ts";
import type { Place } from "./place.ts";

/** How one kind of list or map is read: from YAML's own lists and maps, or from `a,b` and `k:v,k:v`. */
export interface CollectionType<V> {
  readonly form: "list" | "map";
  /** What may stand there, to follow "expected". */
  readonly allowed: string;
  /** @returns the value that the good items make; the others are complained of */
  read(items: readonly GivenItem[], hands: Hands): V;
  /** The value for people, on one line. */
  print(value: V): string;
}

/** What reading items needs of the outside. */
export interface Hands {
  /** Looks up an environment variable, for `%NAME`. */
  env(name: string): string | undefined;
  problem(item: GivenItem, message: string): void;
  warning(item: GivenItem, message: string): void;
}

/** A list of texts. White space around each goes, and so do empty ones. */
export function list<T>(
  allowed: string,
  read: (item: GivenItem, hands: Hands) => T | undefined,
  print: (element: T) => string,
): CollectionType<readonly T[]> {
  return collection("list", allowed, read, print);
}

/** A map, as the list of its entries in the order of the file. Of a name given twice, the last counts. */
export function map<T>(
  allowed: string,
  read: (item: GivenItem, hands: Hands) => T | undefined,
  print: (entry: T) => string,
): CollectionType<readonly T[]> {
  return collection("map", allowed, read, print);
}

function collection<T>(
  form: "list" | "map",
  allowed: string,
  read: (item: GivenItem, hands: Hands) => T | undefined,
  print: (element: T) => string,
): CollectionType<readonly T[]> {
  return {
    form,
    allowed,
    read: (items, hands) => {
      const last = new Map(items.map((item) => [item.key, item]));
      return (form === "map" ? [...last.values()] : items).flatMap((item) => {
        const element = read(item, hands);
        return element === undefined ? [] : [element];
      });
    },
    print: (elements) => elements.map(print).join(", "),
  };
}

/**
 * The items of what was given.
 *
 * @returns undefined when it has not the collection's form: a map for a list, or a text in a file
 *   where only a map will do
 */
export function itemsOf(
  form: "list" | "map",
  given: Given,
  warn: (place: Place, message: string) => void,
): readonly GivenItem[] | undefined {
  if (given.kind === form) return given.items;
  if (given.kind !== "text") return undefined;
  const { text, place } = given;
  if (form === "list") {
    return splitAtCommas(text).map((element) => ({ key: "", text: element, place }));
  }
  // viper takes no text for a map; its environment form is falcosidekick's own.
  if (place.kind === "file" && text !== "") return undefined;
  return splitAtCommas(text).flatMap((entry) => {
    // falcosidekick drops an entry in silence when its value has a colon; here the first one counts.
    const colon = entry.indexOf(":");
    if (colon >= 1) {
      const [key, value] = [entry.slice(0, colon).trim(), entry.slice(colon + 1)];
      return [{ key, text: value, place }];
    }
    warn(place, `Entry ${JSON.stringify(entry.slice(0, 60))} is left out; expected NAME:VALUE`);
    return [];
  });
}

/** At commas that stand in no `{{…}}`. */
function splitAtCommas(text: string): string[] {
  const elements = text.match(/(?:\{\{.*?\}\}|[^,])+/gs) ?? [];
  return elements.map((element) => element.trim()).filter((element) => element !== "");
}
