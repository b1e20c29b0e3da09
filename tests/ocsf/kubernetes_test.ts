import assert from "node:assert/strict";
import { mapFields } from "./support.ts";

function resourcesOf(fields: Readonly<Record<string, unknown>>) {
  const { resources, unmapped } = mapFields(fields);
  return { resources, unmapped };
}

Deno.test("the k8smeta plugin's pod, labels and owners are resources", () => {
  assert.deepEqual(
    resourcesOf({
      "k8smeta.pod.name": "p",
      "k8smeta.pod.uid": "u",
      "k8smeta.ns.name": "n",
      "k8smeta.pod.labels": "(app:web,tier:a)",
      "k8smeta.deployment.name": "d",
      "k8smeta.deployment.uid": "v",
    }),
    {
      resources: [
        { type: "k8s.pod", name: "p", namespace: "n", uid: "u", labels: ["app:web", "tier:a"] },
        { type: "k8s.deployment", name: "d", uid: "v" },
      ],
      unmapped: undefined,
    },
  );
});

Deno.test("an owner needs no pod beside it", () => {
  assert.deepEqual(resourcesOf({ "k8s.deployment.name": "d" }).resources, [
    { type: "k8s.deployment", name: "d" },
  ]);
});

Deno.test("a pod of which Falco and the plugin tell the same is one resource", () => {
  const pod = { "k8s.pod.name": "p", "k8smeta.pod.name": "p" };
  assert.deepEqual(resourcesOf(pod), {
    resources: [{ type: "k8s.pod", name: "p" }],
    unmapped: undefined,
  });
});

Deno.test("labels of which one has no colon stay unmapped, for a value has a comma", () => {
  const labels = { "k8s.pod.labels": "maintainer:Me, You,a:b" };
  assert.deepEqual(resourcesOf({ "k8s.pod.name": "p", ...labels }).unmapped, labels);
});
