import assert from "node:assert/strict";
import { NO_SCHEMAS, validateManifests } from "../support/kubernetes_schemas.ts";
import { KUBERNETES, kustomize, NO_KUSTOMIZE } from "../support/kustomize.ts";
import {
  environmentOf,
  type Manifest,
  type NetworkPolicy,
  only,
  type Selector,
  type Service,
  type ServiceMonitor,
  type Workload,
  workloadOf,
} from "../support/manifest.ts";
import { testUnless } from "../support/skip.ts";
import { edit, edited, renderAll, VARIANTS } from "./rendered.ts";

/** The oldest that has `preStop.sleep` without being asked, and the newest whose schemas there are. */
const VERSIONS = ["1.30", "1.37"];

const rendered = NO_KUSTOMIZE ? [] : renderAll();

testUnless(
  NO_KUSTOMIZE ?? NO_SCHEMAS,
  "Every object of every combination is what Kubernetes' API takes, member by member",
  async () => {
    const all = rendered.flatMap(({ manifests }) => manifests);
    const different = new Map(all.map((manifest) => [JSON.stringify(manifest), manifest]));
    const native = [...different.values()].filter(({ apiVersion }) =>
      apiVersion !== "monitoring.coreos.com/v1"
    );
    assert.ok(native.length > 20, String(native.length));
    assert.deepEqual(await validateManifests(native, VERSIONS), []);
  },
);

testUnless(
  NO_KUSTOMIZE ?? NO_SCHEMAS,
  "A member that the API does not have, or has with another type, is seen",
  async () => {
    const faults = edited((folder) => {
      edit(
        `${folder}/statefulset/statefulset.yaml`,
        (text) =>
          text.replace("replicas: 2", "replicaz: 2").replace(
            "runAsUser: 65532",
            "runAsUser: nobody",
          ),
      );
      return kustomize(`${folder}/statefulset`);
    });
    const said = await Promise.all(
      ["replicaz", "runAsUser"].map((member) =>
        validateManifests([without(workloadOf(faults), member)], ["1.37"])
      ),
    );
    assert.match(said[1]![0]!, /replicaz/);
    assert.match(said[0]![0]!, /runAsUser/);
  },
);

/**
 * Words that the schemas take for any text, by the members that have them. Source: Kubernetes' API
 * reference, of each the values that are allowed.
 */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  accessModes: ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"],
  fsGroupChangePolicy: ["Always", "OnRootMismatch"],
  internalTrafficPolicy: ["Cluster", "Local"],
  operator: ["Equal", "Exists"],
  podManagementPolicy: ["OrderedReady", "Parallel"],
  policyTypes: ["Ingress", "Egress"],
  protocol: ["TCP", "UDP", "SCTP"],
  type: ["ClusterIP", "DirectoryOrCreate", "RollingUpdate", "RuntimeDefault"],
  unhealthyPodEvictionPolicy: ["AlwaysAllow", "IfHealthyBudget"],
  whenDeleted: ["Delete", "Retain"],
  whenScaled: ["Delete", "Retain"],
  whenUnsatisfiable: ["DoNotSchedule", "ScheduleAnyway"],
};

testUnless(NO_KUSTOMIZE, "Words of which the API knows but a few are spelled as it does", () => {
  const seen = new Set<string>();
  const look = (name: string, value: unknown) => {
    for (const word of Array.isArray(value) ? value : [value]) {
      assert.ok(WORDS[name]!.includes(word), `${name}: ${word}`);
    }
    seen.add(name);
  };
  for (const { manifests } of rendered) {
    JSON.stringify(manifests, (name, value) => {
      if (Object.hasOwn(WORDS, name)) look(name, value);
      return value;
    });
  }
  assert.deepEqual([...seen].sort(), Object.keys(WORDS));
});

/** Without one of its members, wherever it stands: one fault is reported per object. */
function without(manifest: Manifest, member: string): Manifest {
  return JSON.parse(JSON.stringify(manifest, (key, value) => key === member ? undefined : value));
}

for (const { name, variant, hasComponents, manifests } of rendered) {
  testUnless(NO_KUSTOMIZE, `What refers to each other fits together: ${name}`, () => {
    const workload = workloadOf(manifests);
    const { metadata: { labels }, spec: pod } = workload.spec.template;
    const [container] = pod.containers;
    const service = only<Service>(manifests, "Service");
    const namespace = only(manifests, "Namespace").metadata.name;
    for (const manifest of manifests) {
      if (manifest.kind !== "Namespace") assert.equal(manifest.metadata.namespace, namespace);
    }
    const selectors: Selector[] = [
      workload.spec.selector,
      { matchLabels: service.spec.selector },
      ...(pod.topologySpreadConstraints ?? []).map(({ labelSelector }) => labelSelector),
    ];
    if (variant === "statefulset") {
      type Budget = Manifest & { readonly spec: { readonly selector: Selector } };
      selectors.push(only<Budget>(manifests, "PodDisruptionBudget").spec.selector);
    }
    if (hasComponents) {
      const { spec } = only<NetworkPolicy>(manifests, "NetworkPolicy");
      selectors.push(spec.podSelector);
      const [fromFalco, fromPrometheus] = spec.ingress.map(({ ports }) =>
        ports.map(({ port }) => port)
      );
      const reachedBy = (name: string) => {
        const { targetPort } = service.spec.ports.find((port) => port.name === name)!;
        return container.ports.find((port) => port.name === targetPort)!.containerPort;
      };
      assert.deepEqual(fromFalco, [reachedBy("events")]);
      assert.ok(fromPrometheus!.includes(reachedBy("metrics")));
    }
    for (const { matchLabels } of selectors) {
      assert.ok(Object.keys(matchLabels).length > 0);
      for (const [key, value] of Object.entries(matchLabels)) assert.equal(labels[key], value);
    }

    const named = container.ports.map(({ name }) => name);
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    for (const { httpGet } of probes) assert.ok(named.includes(httpGet.port), httpGet.port);
    for (const { targetPort } of service.spec.ports) assert.ok(named.includes(targetPort));
    if (hasComponents) {
      const monitor = only<ServiceMonitor>(manifests, "ServiceMonitor");
      const { selector, endpoints: [endpoint] } = monitor.spec;
      assert.ok(service.spec.ports.some(({ name }) => name === endpoint!.port));
      assert.equal(endpoint!.path, "/metrics");
      // prometheus-operator, "ServiceMonitorSpec" and "Endpoint": of what they have, what is used.
      assert.deepEqual(Object.keys(monitor.spec).sort(), ["endpoints", "selector"]);
      assert.deepEqual(Object.keys(endpoint!).sort(), ["interval", "path", "port"]);
      for (const [key, value] of Object.entries(selector.matchLabels)) {
        assert.equal(service.metadata.labels?.[key], value);
      }
    }
    assert.equal(pod.serviceAccountName, only(manifests, "ServiceAccount").metadata.name);
    const volumes = pod.volumes.map(({ name }) => name);
    if (workload.spec.volumeClaimTemplates) volumes.push("data");
    assert.deepEqual(container.volumeMounts.map(({ name }) => name).sort(), volumes.sort());
    environmentOf(manifests); // throws when something that it is from is missing
    assert.equal(container.image, "falco-lake:0.1.0");
  });
}

testUnless(
  NO_KUSTOMIZE,
  "Both variants run the agent alike, but for what their comments say",
  () => {
    const [one, other] = VARIANTS.map((variant) => {
      const workload: Workload = workloadOf(kustomize(KUBERNETES + variant));
      const { lifecycle: _1, resources: { limits }, ...container } =
        workload.spec.template.spec.containers[0];
      return { ...container, resources: { limits } };
    });
    assert.deepEqual(one, other);
  },
);

testUnless(NO_KUSTOMIZE, "Events of a node stay on it with the DaemonSet alone", () => {
  const policies = VARIANTS.map((variant) =>
    only<Service>(kustomize(KUBERNETES + variant), "Service").spec.internalTrafficPolicy
  );
  assert.deepEqual(policies, [undefined, "Local"]);
});

testUnless(
  NO_KUSTOMIZE,
  "A changed configuration has another name, so that the pods are rolled",
  () => {
    const nameOf = (change: (text: string) => string) =>
      edited((folder) => {
        edit(`${folder}/statefulset/falco-lake.yaml`, change);
        return only(kustomize(`${folder}/statefulset`), "ConfigMap").metadata.name;
      });
    const before = nameOf((text) => text);
    assert.equal(nameOf((text) => text), before);
    assert.notEqual(nameOf((text) => text.replace("8GiB", "4GiB")), before);
  },
);

Deno.test("The guide's links lead somewhere, and it counts the alerts", () => {
  const guide = Deno.readTextFileSync(`${KUBERNETES}README.md`);
  const links = [...guide.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path!);
  assert.ok(links.length > 10);
  for (const path of links) Deno.statSync(KUBERNETES + path);
  const alerts = Deno.readTextFileSync(`${KUBERNETES}components/monitoring/prometheusrule.yaml`)
    .match(/- alert:/g)!.length;
  assert.ok(guide.includes(`${alerts} alerts`), String(alerts));
});
