/** Prometheus' text format 0.0.4, read strictly. Source: Prometheus docs, "Exposition formats". */

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** The family's name, or that with `_bucket`, `_sum` or `_count`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
};

/**
 * Reads what a client of ours gets, through UTF-8 as it does.
 *
 * @throws {Error} what is wrong with which line: not the format's, a family without HELP and TYPE or
 *   with two, or in two places, a series twice, buckets that do not add up
 */
export function parseExposition(answer: string): ReadonlyMap<string, Family> {
  const text = new TextDecoder().decode(new TextEncoder().encode(answer));
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  const seen = new Set<string>();
  let help: readonly [name: string, text: string] | undefined;
  let current = "";
  if (!text.endsWith("\n")) throw new Error("The last line has no end");
  for (const line of text.slice(0, -1).split("\n")) {
    const wrong = (what: string) => new Error(`${what}: ${line}`);
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (line === "") continue;
    else if (keyword === "HELP") help = [name, unescape(rest, /\\[\\n]/g)];
    else if (keyword === "TYPE") {
      if (help?.[0] !== name) throw wrong("TYPE without HELP before it");
      if (families.has(name)) throw wrong("A family twice");
      if (!SUFFIXES[rest]) throw wrong("No such type");
      families.set(name, { type: rest, help: help[1], samples: [] });
      current = name;
    } else {
      const sample = parseSample(line);
      const family = families.get(current);
      const suffixes = SUFFIXES[family?.type ?? ""] ?? [];
      if (!family || !suffixes.some((suffix) => current + suffix === sample.name)) {
        throw wrong("A sample outside of its family");
      }
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (seen.has(key)) throw wrong("A series twice");
      seen.add(key);
      if (family.type !== "gauge" && !(sample.value >= 0)) throw wrong("A count below 0");
      family.samples.push(sample);
    }
  }
  for (const [name, family] of families) if (family.type === "histogram") checkSums(name, family);
  return families;
}

/** The value of the only series of a family that has these labels, among others. */
export function valueOf(
  text: string,
  family: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found =
    parseExposition(text).get(family)?.samples.filter((sample) =>
      Object.entries(labels).every(([name, value]) => sample.labels[name] === value)
    ) ?? [];
  if (found.length > 1) throw new Error(`${family} has ${found.length} such series`);
  return found[0]?.value;
}

function parseSample(line: string): Sample {
  const [name = ""] = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line) ?? [];
  let rest = line.slice(name.length);
  const labels: [string, string][] = [];
  if (rest.startsWith("{")) {
    do {
      const [pair, label, value] =
        /^[{,]([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"/.exec(rest) ?? [];
      if (pair === undefined) throw new Error(`No label at ${rest}: ${line}`);
      labels.push([label!, unescape(value!, /\\[\\"n]/g)]);
      rest = rest.slice(pair.length);
    } while (rest.startsWith(","));
    if (!rest.startsWith("}")) throw new Error(`No } at ${rest}: ${line}`);
    rest = rest.slice(1);
  }
  if (new Set(labels.map(([label]) => label)).size < labels.length) {
    throw new Error(`A label twice: ${line}`);
  }
  const [, number] = /^ ([+-]Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(rest) ?? [];
  if (name === "" || number === undefined) throw new Error(`No sample: ${line}`);
  const value = Number(number.replace("Inf", "Infinity"));
  return { name, labels: Object.fromEntries(labels), value };
}

function unescape(text: string, escapes: RegExp): string {
  return text.replace(escapes, (escape) => escape === "\\n" ? "\n" : escape.slice(1));
}

/** Of a histogram without labels of its own. */
function checkSums(name: string, { samples }: Family): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) => Number(labels["le"]!.replace("Inf", "Infinity")));
  const count = samples.find((sample) => sample.name === `${name}_count`)?.value;
  const rises = (values: readonly number[]) =>
    values.every((value, at) => at === 0 || value >= values[at - 1]!);
  if (bounds.at(-1) !== Infinity || !rises(bounds) || !rises(buckets.map(({ value }) => value))) {
    throw new Error(`The buckets of ${name} do not rise to +Inf`);
  }
  if (buckets.at(-1)!.value !== count) throw new Error(`The buckets of ${name} do not add up`);
}
