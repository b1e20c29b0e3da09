/** Where a value was given. Lines and columns count from 1. */
export type Place =
  | { readonly kind: "default" }
  | {
    readonly kind: "file";
    readonly file: string;
    readonly line: number;
    readonly column: number;
  }
  | { readonly kind: "environment"; readonly name: string };

/** For the settings' list: `default`, `falco-lake.yaml:12`, `env LISTENPORT`. */
export function originOf(place: Place): string {
  if (place.kind === "file") return `${place.file}:${place.line}`;
  return place.kind === "environment" ? `env ${place.name}` : "default";
}

/** The beginning of a message about the place: `falco-lake.yaml:12:3: `, `environment LISTENPORT: `. */
export function messagePrefix(place: Place): string {
  if (place.kind === "file") return `${place.file}:${place.line}:${place.column}: `;
  return place.kind === "environment" ? `environment ${place.name}: ` : "";
}

/** The order of messages: the file from top to bottom, then the environment, then what is missing. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.kind === "file" && b.kind === "file") return a.line - b.line || a.column - b.column;
  return RANK[a.kind] - RANK[b.kind];
}

const RANK: Readonly<Record<Place["kind"], number>> = { file: 0, environment: 1, default: 2 };
