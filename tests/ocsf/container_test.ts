import assert from "node:assert/strict";
import { mapFields } from "./support.ts";

function containerOf(fields: Readonly<Record<string, unknown>>) {
  const { evidences, resources, unmapped, metadata } = mapFields(fields);
  return {
    container: evidences?.[0]?.process?.container,
    resources,
    unmapped,
    profiles: metadata.profiles,
  };
}

Deno.test("the container id host means no container", () => {
  assert.deepEqual(containerOf({ "container.id": "host", "container.name": "host" }), {
    container: undefined,
    resources: undefined,
    unmapped: { "container.id": "host", "container.name": "host" },
    profiles: ["datetime"],
  });
});

Deno.test("an image is identified by digest, else by id, else by repository and tag", () => {
  const image = {
    "container.id": "c1",
    "container.image.digest": "sha256:0f",
    "container.image.id": "a1b2",
    "container.image.repository": "nginx",
    "container.image.tag": "1.27",
  };
  const uid = (without: readonly string[]) => {
    const fields = Object.entries(image).filter(([name]) => !without.includes(name));
    return containerOf(Object.fromEntries(fields)).container?.image;
  };
  const named = { name: "nginx", tag: "1.27" };
  const digest = "container.image.digest", id = "container.image.id";
  assert.deepEqual(uid([]), { uid: "sha256:0f", ...named });
  assert.deepEqual(uid([digest]), { uid: "a1b2", ...named });
  assert.deepEqual(uid([digest, id]), { uid: "nginx:1.27", ...named });
  assert.deepEqual(uid([digest, id, "container.image.tag"]), { uid: "nginx", name: "nginx" });
  assert.equal(uid([digest, id, "container.image.repository"]), undefined);
  assert.deepEqual(containerOf(image).unmapped, { "container.image.id": "a1b2" });
});

Deno.test("a container brings the profile container", () => {
  assert.deepEqual(containerOf({ "container.id": "c1" }).profiles, ["container", "datetime"]);
});

Deno.test("the long container id serves when the short one is not printed", () => {
  assert.equal(containerOf({ "container.full_id": "c1c1" }).container?.uid, "c1c1");
  const both = containerOf({ "container.full_id": "c1c1", "container.id": "c1" });
  assert.equal(both.container?.uid, "c1");
  assert.deepEqual(both.unmapped, { "container.full_id": "c1c1" });
});

Deno.test("a pod is a resource and the orchestrator of its container", () => {
  const uid = "0d5f5c4e-9d0a-4d55-8c41-6a1f0c2f9b11";
  const { container, resources } = containerOf({
    "container.id": "c1",
    "k8s.pod.name": "web",
    "k8s.ns.name": "shop",
    "k8s.pod.uid": uid,
    "k8s.pod.labels": ["app:web", "tier:front"],
  });
  assert.deepEqual(container, { uid: "c1", orchestrator: "Kubernetes", pod_uuid: uid });
  assert.deepEqual(resources, [
    { type: "k8s.pod", name: "web", namespace: "shop", uid, labels: ["app:web", "tier:front"] },
  ]);
});

Deno.test("a pod uid that is no UUID names the resource but not the container", () => {
  const { container, resources, unmapped } = containerOf({
    "container.id": "c1",
    "k8s.pod.uid": "mirror-pod",
  });
  assert.equal(container?.pod_uuid, undefined);
  assert.deepEqual(resources, [{ type: "k8s.pod", uid: "mirror-pod" }]);
  assert.equal(unmapped, undefined);
});

Deno.test("a namespace without a pod is a resource of its own", () => {
  assert.deepEqual(containerOf({ "k8s.ns.name": "shop" }).resources, [
    { type: "k8s.namespace", name: "shop" },
  ]);
});

Deno.test("Kubernetes fields that are no strings are taken as their text", () => {
  assert.deepEqual(containerOf({ "k8s.pod.name": 7, "k8s.ns.name": true }).resources, [
    { type: "k8s.pod", name: "7", namespace: "true" },
  ]);
});

Deno.test("labels with an empty one among them, or without a pod, stay unmapped", () => {
  const pod = containerOf({ "k8s.pod.name": "p", "k8s.pod.labels": "a:1,,b:2" });
  assert.deepEqual(pod.unmapped, { "k8s.pod.labels": "a:1,,b:2" });
  assert.deepEqual(containerOf({ "k8s.pod.labels": ["a:1"] }).unmapped, {
    "k8s.pod.labels": '["a:1"]',
  });
});
