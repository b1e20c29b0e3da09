import type { Pod, SecurityContext } from "./manifest.ts";

/** Volumes that "restricted" allows. */
const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/**
 * What a pod has that Kubernetes' Pod Security Standard "restricted" forbids, rule by rule. The
 * standard (kubernetes.io, "Pod Security Standards") has further rules of members that these tests'
 * `Pod` does not know; Kubernetes' schemas see to it that a pod has no others by mistake.
 */
export function restrictedViolations(pod: Pod): string[] {
  const violations: string[] = [];
  const rule = (name: string, isKept: boolean) => {
    if (!isKept) violations.push(name);
  };
  rule("host namespaces", !pod.hostNetwork && !pod.hostPID && !pod.hostIPC);
  rule("sysctls", (pod.securityContext.sysctls ?? []).length === 0);
  for (const volume of pod.volumes) {
    const [kind] = Object.keys(volume).filter((member) => member !== "name");
    rule(`volume of type ${kind}`, VOLUMES.includes(kind!));
  }
  for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
    const own = container.securityContext;
    const either = <Key extends keyof SecurityContext>(key: Key): SecurityContext[Key] =>
      own[key] ?? pod.securityContext[key];
    rule("host ports", container.ports.every(({ hostPort }) => hostPort === undefined));
    rule("privileged", own.privileged !== true);
    rule("proc mount", [undefined, "Default"].includes(own.procMount));
    rule("privilege escalation", own.allowPrivilegeEscalation === false);
    rule("running as non-root", either("runAsNonRoot") === true);
    rule("user 0", either("runAsUser") !== 0);
    const profile = either("seccompProfile")?.type ?? "none";
    rule("seccomp profile", ["RuntimeDefault", "Localhost"].includes(profile));
    rule("dropping all capabilities", own.capabilities?.drop?.includes("ALL") === true);
    const added = own.capabilities?.add ?? [];
    rule("added capabilities", added.every((one) => one === "NET_BIND_SERVICE"));
  }
  return violations;
}
