import { mapCall } from "./call.ts";
import { mapContainer } from "./container.ts";
import type { Details, Origin } from "./details.ts";
import type { Fields } from "./fields.ts";
import { mapFiles } from "./file.ts";
import type { Evidence, Writable } from "./finding.ts";
import { hasProperties } from "./has_properties.ts";
import { mapKubernetes } from "./kubernetes.ts";
import { mapNetwork } from "./network.ts";
import { mapProcess } from "./process.ts";

/** Maps the fields of a system call (https://falco.org/docs/reference/rules/supported-fields). */
export function mapSyscall(fields: Fields, origin: Origin): Details {
  const { minor } = origin;
  const resources = mapKubernetes(fields);
  const container = mapContainer(fields, resources !== undefined, minor);
  const process = mapProcess(fields, { ...origin, container });
  const evidence: Writable<Evidence> = {};
  const network = mapNetwork(fields);
  const [file, ...otherFiles] = mapFiles(fields);
  const eventCode = fields.take("evt.type");
  const api = eventCode === undefined ? undefined : mapCall(eventCode, fields, origin.findingUid);
  if (api !== undefined) evidence.api = api;
  if (process !== undefined) evidence.process = process;
  if (container !== undefined && minor >= 2) evidence.container = container;
  if (file !== undefined) evidence.file = file;
  Object.assign(evidence, network);

  const details: Writable<Details> = {};
  if (hasProperties(evidence)) {
    details.evidences = [evidence, ...otherFiles.map((file) => ({ file }))];
  }
  if (resources !== undefined) details.resources = resources;
  if (eventCode !== undefined) details.eventCode = eventCode;
  return details;
}
