/**
 * Whether Prometheus takes this as a label's name: a letter or `_`, then letters, digits and `_`,
 * all of ASCII. Names that start with `__` are Prometheus' own.
 *
 * Source: Prometheus docs, "Data model", metric names and labels.
 */
export function isLabelName(name: string): boolean {
  return /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

/**
 * The metric label that an output field gets: its name with `_` for `.`, as falcosidekick makes it
 * (`stats_prometheus.go`).
 *
 * @returns undefined when that is no name of a label; falcosidekick lets colons through and then
 *   panics
 */
export function metricLabel(field: string): string | undefined {
  const label = field.replaceAll(".", "_");
  return isLabelName(label) ? label : undefined;
}
