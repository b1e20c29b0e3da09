import type { Fields } from "./fields.ts";
import type { Resource, Writable } from "./finding.ts";
import { textsOf } from "./texts.ts";

/**
 * The fields that name a request's object, best first, with its resource where they imply it. The
 * response has the name also when the server made it up.
 */
const NAMES: readonly { readonly field: string; readonly resource?: string }[] = [
  { field: "ka.target.name" },
  { field: "ka.target.pod.name", resource: "pods" },
  { field: "ka.req.configmap.name", resource: "configmaps" },
  { field: "ka.resp.name" },
];

/** The images of a pod's containers, as the plugin and the official rules name them. */
const IMAGES = [
  "ka.req.pod.containers.image",
  "ka.req.pod.initContainers.image",
  "ka.req.pod.ephemeralContainers.image",
  "jevt.value[/requestObject/ephemeralContainers/0/image]",
  "ka.req.container.image", // deprecated: the first of the first
];

/**
 * Takes what a request to the Kubernetes API is about: its object, the role that it binds and the
 * images of the containers that it starts.
 *
 * @param resource the object's, as the API names it: `pods`
 */
export function takeK8sResources(fields: Fields, resource: string | undefined): Resource[] {
  const resources = takeTarget(fields, resource);
  const role = fields.take("ka.req.binding.role");
  if (role !== undefined) {
    // A RoleBinding may bind a ClusterRole too, and its event does not tell.
    const type = resource === "clusterrolebindings" ? "k8s.clusterroles" : "k8s role";
    resources.push({ type, name: role });
  }
  return [...resources, ...takeImages(fields)];
}

/** Each image once. A field without a new one stays unmapped: it says what else runs an image. */
function takeImages(fields: Fields): Resource[] {
  const images = new Set<string>();
  for (const field of IMAGES) {
    const before = images.size;
    for (const image of textsOf(fields, field) ?? []) images.add(image);
    if (images.size > before) fields.use(field);
  }
  return [...images].map((name) => ({ type: "container image", name }));
}

/** The object; its namespace when no more than that is known. */
function takeTarget(fields: Fields, resource: string | undefined): Resource[] {
  const namespace = fields.take("ka.target.namespace");
  const best = NAMES.find(({ field }) => fields.text(field) !== undefined);
  const name = best && fields.text(best.field);
  if (name === undefined) {
    return namespace === undefined ? [] : [{ type: "k8s.namespaces", name: namespace }];
  }
  for (const { field } of NAMES) {
    if (fields.text(field) === name) fields.use(field);
  }
  const target: Writable<Resource> = { name };
  const kind = resource ?? best?.resource;
  if (kind !== undefined) target.type = `k8s.${kind}`;
  if (resource !== undefined) fields.use("ka.target.resource");
  if (namespace !== undefined) target.namespace = namespace;
  return [target];
}
