import { mapContainer } from "./container.ts";
import type { Fields } from "./fields.ts";
import { mapFile } from "./file.ts";
import type { Evidence, Resource, Writable } from "./finding.ts";
import { mapKubernetes } from "./kubernetes.ts";
import { mapNetwork } from "./network.ts";
import { mapProcess } from "./process.ts";

/** What a source's mapper finds in `output_fields`. */
export interface Details {
  readonly evidence: Evidence | undefined;
  readonly resource: Resource | undefined;
  readonly eventCode: string | undefined;
}

/** Where the details of an event belong. */
export interface Origin {
  /** "" when not known. */
  readonly hostname: string;
  readonly findingUid: string;
}

/** Maps the fields of a system call (https://falco.org/docs/reference/rules/supported-fields). */
export function mapSyscall(fields: Fields, origin: Origin): Details {
  const resource = mapKubernetes(fields);
  const container = mapContainer(fields, resource !== undefined);
  const process = mapProcess(fields, { ...origin, container });
  const evidence: Writable<Evidence> = {};
  if (process !== undefined) evidence.process = process;
  Object.assign(evidence, mapNetwork(fields));
  const file = mapFile(fields);
  if (file !== undefined) evidence.file = file;
  return {
    evidence: Object.keys(evidence).length > 0 ? evidence : undefined,
    resource,
    eventCode: fields.take("evt.type"),
  };
}
