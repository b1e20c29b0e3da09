import type { Fields } from "./fields.ts";
import type { Resource, Writable } from "./finding.ts";
import { takeLabels } from "./labels.ts";

/** What owns a pod, as Falco's k8smeta plugin names it, and its k8s client did until 0.37. */
const OWNERS = ["deployment", "rs", "rc"].flatMap((kind) =>
  ["k8smeta", "k8s"].map((prefix) => ({
    type: `k8s.${kind}`,
    name: `${prefix}.${kind}.name`,
    uid: `${prefix}.${kind}.${prefix === "k8s" ? "id" : "uid"}`,
  }))
);

/** The pod that the process ran in, or its namespace when no more is known, and what owns it. */
export function mapKubernetes(fields: Fields): Resource[] | undefined {
  const pod = mapPod(fields);
  if (pod === undefined) return undefined;
  const resources = [pod];
  for (const { type, ...names } of OWNERS) {
    const name = fields.take(names.name);
    const uid = name && fields.take(names.uid);
    if (name !== undefined) resources.push({ type, name, ...(uid && { uid }) });
  }
  return resources;
}

function mapPod(fields: Fields): Resource | undefined {
  const name = fields.take("k8s.pod.name");
  const uid = fields.take("k8s.pod.uid");
  const namespace = fields.take("k8s.ns.name");
  if (name === undefined && uid === undefined) {
    return namespace === undefined ? undefined : { type: "k8s.namespace", name: namespace };
  }
  const pod: Writable<Resource> = { type: "k8s.pod" };
  if (name !== undefined) pod.name = name;
  if (namespace !== undefined) pod.namespace = namespace;
  if (uid !== undefined) pod.uid = uid;
  const labels = takeLabels(fields, "k8s.pod.labels");
  if (labels !== undefined) pod.labels = labels;
  return pod;
}
