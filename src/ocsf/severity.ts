import type { Priority } from "../event/priority.ts";

/** severity_id and its caption. */
export interface Severity {
  readonly id: number;
  readonly name: string;
}

/** What is not an event of Falco's has no priority. */
export const UNKNOWN_SEVERITY: Severity = { id: 0, name: "Unknown" };

const FATAL: Severity = { id: 6, name: "Fatal" };
const INFORMATIONAL: Severity = { id: 1, name: "Informational" };

/** OCSF's severity of each Falco priority; the same as falcosidekick's. */
export const SEVERITY: Readonly<Record<Priority, Severity>> = {
  Emergency: FATAL,
  Alert: FATAL,
  Critical: { id: 5, name: "Critical" },
  Error: { id: 4, name: "High" },
  Warning: { id: 3, name: "Medium" },
  Notice: { id: 2, name: "Low" },
  Informational: INFORMATIONAL,
  Debug: INFORMATIONAL,
};
