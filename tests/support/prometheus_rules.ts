import { stringify } from "yaml";
import type { PrometheusRule } from "./manifest.ts";

/** Series of one alert's test: what is scraped, minute by minute, in Prometheus' own notation. */
export type Series = Readonly<Record<string, string>>;

export interface AlertTest {
  readonly alert: string;
  readonly series: Series;
  /** When it is looked at. */
  readonly minute: number;
  /** Labels of the alerts that fire, without `severity`; none when it must not. */
  readonly firing: readonly Readonly<Record<string, string>>[];
}

/** `promtool check rules`, then `promtool test rules`. @returns what it says when it fails */
export function checkRules(
  { spec }: PrometheusRule,
  tests: readonly AlertTest[],
  directory: string,
): string {
  Deno.writeTextFileSync(`${directory}/rules.yaml`, stringify(spec));
  const checked = promtool("check", "rules", `${directory}/rules.yaml`);
  if (checked !== "") return checked;
  const rules = spec.groups.flatMap(({ rules }) => rules);
  const suite = {
    rule_files: ["rules.yaml"],
    evaluation_interval: "1m",
    tests: tests.map(({ alert, series, minute, firing }) => {
      const { labels } = rules.find((rule) => rule.alert === alert)!;
      return {
        interval: "1m",
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [{
          expr: `ALERTS{alertname="${alert}",alertstate="firing"}`,
          eval_time: `${minute}m`,
          exp_samples: firing.map((more) => ({
            labels: sample({ alertname: alert, alertstate: "firing", ...labels, ...more }),
            value: 1,
          })),
        }],
      };
    }),
  };
  Deno.writeTextFileSync(`${directory}/tests.yaml`, stringify(suite));
  return promtool("test", "rules", `${directory}/tests.yaml`);
}

const sample = (labels: Readonly<Record<string, string>>): string =>
  `ALERTS{${Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(",")}}`;

/** @returns "" when it succeeds */
function promtool(...args: readonly string[]): string {
  const { success, stdout, stderr } = new Deno.Command("promtool", { args: [...args] })
    .outputSync();
  const decoder = new TextDecoder();
  return success ? "" : decoder.decode(stdout) + decoder.decode(stderr);
}
