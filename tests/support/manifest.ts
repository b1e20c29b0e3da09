/** An object as it would be applied; of its members those that tests read. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
}

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels: Labels;
}

/** A StatefulSet or a DaemonSet. */
export interface Workload extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: Selector;
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
    readonly volumeClaimTemplates?: readonly {
      readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
    }[];
  };
}

export interface Pod {
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: SecurityContext;
  readonly containers: readonly [Container];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
  readonly topologySpreadConstraints?: readonly { readonly labelSelector: Selector }[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
  readonly sysctls?: readonly unknown[];
  readonly procMount?: string;
}

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly env?: readonly EnvironmentVariable[];
  readonly ports: readonly {
    readonly name: string;
    readonly containerPort: number;
    readonly hostPort?: number;
  }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly securityContext: SecurityContext;
}

interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef: {
      readonly name: string;
      readonly key: string;
      readonly optional?: boolean;
    };
  };
}

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface ConfigMap extends Manifest {
  readonly data: Labels;
}

export interface Service extends Manifest {
  readonly spec: {
    readonly selector: Labels;
    readonly internalTrafficPolicy?: string;
    readonly ports: readonly {
      readonly name: string;
      readonly port: number;
      readonly targetPort: string;
    }[];
  };
}

export interface ServiceMonitor extends Manifest {
  readonly spec: {
    readonly selector: Selector;
    readonly endpoints: readonly { readonly port: string; readonly path: string }[];
  };
}

export interface PrometheusRule extends Manifest {
  readonly spec: {
    readonly groups: readonly {
      readonly name: string;
      readonly rules: readonly {
        readonly alert: string;
        readonly expr: string;
        readonly labels: Labels;
        readonly annotations: Labels;
      }[];
    }[];
  };
}

export interface NetworkPolicy extends Manifest {
  readonly spec: {
    readonly podSelector: Selector;
    readonly ingress: readonly { readonly ports: readonly { readonly port: number }[] }[];
  };
}

/** The only object of a kind. @throws when there are none, or several */
export function only<M extends Manifest>(manifests: readonly Manifest[], kind: string): M {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  if (found.length === 1) return found[0] as M;
  throw new Error(`${found.length} of kind ${kind} in ${manifests.map(({ kind }) => kind)}`);
}

export function workloadOf(manifests: readonly Manifest[]): Workload {
  const kind = manifests.some(({ kind }) => kind === "StatefulSet") ? "StatefulSet" : "DaemonSet";
  return only(manifests, kind);
}

/**
 * The environment that a pod's container gets, as the kubelet makes it: `env` beats `envFrom`.
 *
 * @throws when a ConfigMap or a key is missing
 */
export function environmentOf(manifests: readonly Manifest[]): Record<string, string> {
  const { envFrom = [], env = [] } = workloadOf(manifests).spec.template.spec.containers[0];
  const dataOf = (name: string): Labels => {
    const found = manifests.find(({ kind, metadata }) =>
      kind === "ConfigMap" && metadata.name === name
    );
    if (!found) throw new Error(`There is no ConfigMap ${name}`);
    return (found as ConfigMap).data;
  };
  const environment: Record<string, string> = {};
  for (const { configMapRef } of envFrom) Object.assign(environment, dataOf(configMapRef.name));
  for (const { name, value, valueFrom } of env) {
    if (valueFrom) {
      const { name: map, key, optional } = valueFrom.configMapKeyRef;
      const found = dataOf(map)[key];
      if (found !== undefined) environment[name] = found;
      else if (!optional) throw new Error(`There is no ${key} in ConfigMap ${map}`);
    } else environment[name] = value ?? "";
  }
  return environment;
}

/** The agent's configuration file, as its volume holds it. */
export function configurationOf(manifests: readonly Manifest[]): string {
  const { volumes } = workloadOf(manifests).spec.template.spec;
  const volume = volumes.find(({ name }) => name === "config") as unknown as {
    readonly configMap: { readonly name: string };
  };
  const map = manifests.find(({ kind, metadata }) =>
    kind === "ConfigMap" && metadata.name === volume.configMap.name
  );
  if (!map) throw new Error(`There is no ConfigMap ${volume.configMap.name}`);
  return (map as ConfigMap).data["falco-lake.yaml"]!;
}
