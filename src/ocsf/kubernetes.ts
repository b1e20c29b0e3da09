import type { Fields } from "./fields.ts";
import type { Resource, Writable } from "./finding.ts";

/** The pod that the process ran in, or its namespace when no more is known. */
export function mapKubernetes(fields: Fields): Resource | undefined {
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
  const labels = takeLabels(fields);
  if (labels !== undefined) pod.labels = labels;
  return pod;
}

/** Labels as Falco writes them, `app:web,tier:backend`, or as a list. */
function takeLabels(fields: Fields): string[] | undefined {
  const labels = fields.list("k8s.pod.labels") ??
    fields.text("k8s.pod.labels")?.split(",").map((label) => label.trim());
  if (labels === undefined || labels.includes("")) return undefined;
  fields.use("k8s.pod.labels");
  return labels;
}
