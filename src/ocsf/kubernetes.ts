import type { Fields } from "./fields.ts";
import type { Resource, Writable } from "./finding.ts";
import { takeLabels } from "./labels.ts";

/** Falco's own fields, and those of its k8smeta plugin. */
const PREFIXES = ["k8s", "k8smeta"];

/** What owns a pod, as the plugin names it, and as Falco itself did until 0.37. */
const OWNERS = ["deployment", "rs", "rc"].flatMap((kind) => [
  { type: `k8s.${kind}`, name: `k8smeta.${kind}.name`, uid: `k8smeta.${kind}.uid` },
  { type: `k8s.${kind}`, name: `k8s.${kind}.name`, uid: `k8s.${kind}.id` },
]);

/** The pod that the process ran in, or its namespace when no more is known, and what owns it. */
export function mapKubernetes(fields: Fields): Resource[] | undefined {
  const resources: Resource[] = [];
  for (const prefix of PREFIXES) {
    const pod = mapPod(fields, prefix);
    if (pod === undefined) continue;
    // Both may tell the same.
    if (!resources.some((one) => JSON.stringify(one) === JSON.stringify(pod))) resources.push(pod);
  }
  for (const { type, ...names } of OWNERS) {
    const name = fields.take(names.name);
    const uid = name && fields.take(names.uid);
    if (name !== undefined) resources.push({ type, name, ...(uid && { uid }) });
  }
  return resources.length > 0 ? resources : undefined;
}

function mapPod(fields: Fields, prefix: string): Resource | undefined {
  const name = fields.take(`${prefix}.pod.name`);
  const uid = fields.take(`${prefix}.pod.uid`);
  const namespace = fields.take(`${prefix}.ns.name`);
  if (name === undefined && uid === undefined) {
    return namespace === undefined ? undefined : { type: "k8s.namespace", name: namespace };
  }
  const pod: Writable<Resource> = { type: "k8s.pod" };
  if (name !== undefined) pod.name = name;
  if (namespace !== undefined) pod.namespace = namespace;
  if (uid !== undefined) pod.uid = uid;
  const labels = takeLabels(fields, `${prefix}.pod.labels`);
  if (labels !== undefined) pod.labels = labels;
  return pod;
}
