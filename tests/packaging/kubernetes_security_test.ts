import assert from "node:assert/strict";
import { KUBERNETES, kustomize, NO_KUSTOMIZE } from "../support/kustomize.ts";
import { type Manifest, only, type Pod, workloadOf } from "../support/manifest.ts";
import { restrictedViolations } from "../support/pod_security.ts";
import { testUnless } from "../support/skip.ts";
import { renderAll } from "./rendered.ts";

const podOf = (manifests: readonly Manifest[]): Pod => workloadOf(manifests).spec.template.spec;
const enforced = (manifests: readonly Manifest[]) =>
  only(manifests, "Namespace").metadata.labels?.["pod-security.kubernetes.io/enforce"];

for (const { name, variant, manifests } of NO_KUSTOMIZE ? [] : renderAll()) {
  testUnless(NO_KUSTOMIZE, `The pod is let in by its own namespace, and barely: ${name}`, () => {
    const pod = podOf(manifests);
    const expected = variant === "statefulset"
      ? ["restricted", []]
      // A folder of the node, and its owner: nothing else.
      : ["privileged", ["volume of type hostPath", "running as non-root", "user 0"]];
    assert.deepEqual([enforced(manifests), restrictedViolations(pod)], expected);
    assert.equal(pod.containers[0].securityContext.readOnlyRootFilesystem, true);
  });
}

testUnless(NO_KUSTOMIZE, "Each rule of restricted sees the pod that breaks it", () => {
  const good = podOf(kustomize(`${KUBERNETES}statefulset`));
  assert.deepEqual(restrictedViolations(good), []);
  const [container] = good.containers;
  const own = (changes: Partial<typeof container.securityContext>): Pod => ({
    ...good,
    containers: [{ ...container, securityContext: { ...container.securityContext, ...changes } }],
  });
  const broken: readonly (readonly [string, Pod])[] = [
    ["host namespaces", { ...good, hostPID: true }],
    ["sysctls", { ...good, securityContext: { ...good.securityContext, sysctls: [{}] } }],
    ["volume of type hostPath", { ...good, volumes: [{ name: "x", hostPath: {} }] }],
    ["host ports", {
      ...good,
      containers: [{ ...container, ports: [{ name: "x", containerPort: 1, hostPort: 1 }] }],
    }],
    ["privileged", own({ privileged: true })],
    ["proc mount", own({ procMount: "Unmasked" })],
    ["privilege escalation", own({ allowPrivilegeEscalation: true })],
    ["running as non-root", own({ runAsNonRoot: false })],
    ["user 0", own({ runAsUser: 0 })],
    ["seccomp profile", own({ seccompProfile: { type: "Unconfined" } })],
    ["dropping all capabilities", own({ capabilities: {} })],
    ["added capabilities", own({ capabilities: { drop: ["ALL"], add: ["CHOWN"] } })],
  ];
  for (const [rule, pod] of broken) assert.deepEqual(restrictedViolations(pod), [rule]);
});
