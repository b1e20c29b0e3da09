import type { Fields } from "./fields.ts";
import type { Container, Image, Writable } from "./finding.ts";
import { takeLabels } from "./labels.ts";

/** The `container.id` of a process that is in no container. */
const HOST = "host";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The container that the process ran in (OCSF profile container).
 *
 * @param inKubernetes whether the event names a pod or a namespace
 */
export function mapContainer(
  fields: Fields,
  inKubernetes: boolean,
  minor: number,
): Container | undefined {
  if (fields.text("container.id") === HOST) return undefined;
  const uid = fields.take("container.id") ?? fields.take("container.full_id");
  const name = fields.text("container.name");
  if (uid === undefined && (name === undefined || name === HOST)) return undefined;
  const container: Writable<Container> = {};
  if (uid !== undefined) container.uid = uid;
  if (name !== undefined) {
    container.name = name;
    fields.use("container.name");
  }
  const runtime = fields.take("container.type");
  if (runtime !== undefined) container.runtime = runtime;
  const image = mapImage(fields, minor);
  if (image !== undefined) container.image = image;
  const labels = minor >= 4 ? takeLabels(fields, "container.labels") : undefined;
  if (labels !== undefined) container.labels = labels;
  if (inKubernetes) {
    container.orchestrator = "Kubernetes";
    const pod = fields.text("k8s.pod.uid");
    if (pod !== undefined && UUID.test(pod)) container.pod_uuid = pod;
  }
  return container;
}

/** OCSF's image needs a uid: the digest, else the id, else `repository:tag`. */
function mapImage(fields: Fields, minor: number): Image | undefined {
  const name = fields.text("container.image.repository") ?? fields.take("container.image");
  const tag = fields.text("container.image.tag");
  const written = name === undefined || tag === undefined ? name : `${name}:${tag}`;
  const uid = fields.take("container.image.digest") ?? fields.take("container.image.id") ?? written;
  if (uid === undefined) return undefined;
  const image: Writable<Image> = { uid };
  if (name !== undefined) {
    image.name = name;
    fields.use("container.image.repository");
  }
  if (tag !== undefined) {
    if (minor >= 4) image.labels = [tag];
    else image.tag = tag;
    fields.use("container.image.tag");
  }
  return image;
}
