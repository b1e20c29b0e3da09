import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { KUBERNETES, kustomize, NO_KUSTOMIZE } from "../support/kustomize.ts";
import { makeEvent } from "../support/make_event.ts";
import {
  configurationOf,
  type Container,
  environmentOf,
  type Manifest,
  only,
  workloadOf,
} from "../support/manifest.ts";
import { postTls } from "../support/raw_client.ts";
import { metric, post, type Sandbox, sandbox, until } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";
import { edited, renderAll } from "./rendered.ts";

/*
 * The real agent with the configuration and the environment that a pod gets. Where a pod has a
 * volume, the test has a folder; nothing else is other than there.
 */

const rendered = NO_KUSTOMIZE ? [] : renderAll();
const containerOf = (manifests: readonly Manifest[]): Container =>
  workloadOf(manifests).spec.template.spec.containers[0];

/** The container's arguments, with the file of its ConfigMap in the sandbox. */
function argumentsOf(manifests: readonly Manifest[], box: Sandbox): string[] {
  const file = `${box.directory}/falco-lake.yaml`;
  Deno.writeTextFileSync(file, configurationOf(manifests));
  const { args, volumeMounts } = containerOf(manifests);
  const { mountPath } = volumeMounts.find(({ name }) => name === "config")!;
  assert.ok(args.includes(`${mountPath}/falco-lake.yaml`), String(args));
  return args.map((word) => word === `${mountPath}/falco-lake.yaml` ? file : word);
}

/** The container's environment, with certificates where it has some. */
function withCertificates(
  environment: Readonly<Record<string, string>>,
  directory: string | undefined,
): Record<string, string> {
  if (environment["TLSSERVER_DEPLOY"] !== "true") return { ...environment };
  return {
    ...environment,
    TLSSERVER_CERTFILE: environment["TLSSERVER_CERTFILE"]!.replace(/^.*\/tls/, `${directory}/tls`),
    TLSSERVER_KEYFILE: environment["TLSSERVER_KEYFILE"]!.replace(/^.*\/tls/, `${directory}/tls`),
  };
}

/** A server's certificate under the names that a Secret of Kubernetes has. */
function issueInto(files: Certificates): string {
  const authority = files.authority("ca");
  const { cert, key } = files.issue(authority, "server");
  files.write("tls.crt", cert);
  files.write("tls.key", key);
  return authority.cert;
}

for (const { name, manifests } of rendered) {
  testUnless(NO_KUSTOMIZE ?? NO_OPENSSL, `check has no complaint: ${name}`, async () => {
    await using box = sandbox();
    using files = new Certificates();
    issueInto(files);
    const [, ...args] = argumentsOf(manifests, box);
    const environment = withCertificates(environmentOf(manifests), files.directory);
    const { code, stderr } = await box.run(["check", ...args], { environment });
    assert.deepEqual([code, stderr], [0, ""]);
  });

  testUnless(NO_KUSTOMIZE, `Volume, memory and times are enough: ${name}`, () => {
    const environment = environmentOf(manifests);
    const text = configurationOf(manifests);
    const { config } = loadConfig({ fileName: "f.yaml", text }, (key) => environment[key]);
    const { spec } = workloadOf(manifests);
    const { terminationGracePeriodSeconds, containers: [container] } = spec.template.spec;
    const preStop = container.lifecycle?.preStop.sleep.seconds ?? 0;
    const stopping = preStop + config.lake.shutdowntimeout / 1000;
    assert.ok(terminationGracePeriodSeconds >= stopping + 5, `${stopping} s`);
    // README, "The buffer": a quarter for what is set aside, and 16 MiB of refused requests. A file
    // system keeps some 5 % for itself.
    const needed = config.buffer.maxsize * 1.25 + 16 * 2 ** 20;
    for (const { spec: { resources } } of spec.volumeClaimTemplates ?? []) {
      assert.ok(bytesOf(resources.requests.storage) * 0.95 >= needed, String(needed));
    }
    // README, "Limits": some twelve times the bytes of a batch, and what an idle agent takes.
    const memory = 120 * 2 ** 20 + 12 * config.lake.maxfilesize;
    assert.ok(bytesOf(container.resources.limits.memory) >= memory * 1.5, String(memory));
    const mounted = container.volumeMounts.find(({ name }) => name === "data")!.mountPath;
    for (const directory of [config.buffer.directory, config.lake.directory]) {
      if (directory !== "") assert.ok(directory.startsWith(`${mounted}/`), directory);
    }
    const { httpGet: { port } } = container.readinessProbe;
    const probed = container.ports.find(({ name }) => name === port)!.containerPort;
    const { deploy, notlsport } = config.tlsserver;
    assert.equal(probed, deploy ? notlsport : config.listenport);
    assert.equal(container.ports[0]!.containerPort, config.listenport);
  });
}

/** A quantity of Kubernetes in binary units. */
function bytesOf(quantity: string): number {
  const [, count, unit] = /^(\d+)([MG])i$/.exec(quantity)!;
  return Number(count) * (unit === "G" ? 2 ** 30 : 2 ** 20);
}

testUnless(
  NO_KUSTOMIZE,
  "With the destination left empty, an agent says what is missing",
  async () => {
    await using box = sandbox();
    const manifests = kustomize(`${KUBERNETES}overlays/eks-irsa`);
    const args = argumentsOf(manifests, box);
    const { code, stderr } = await box.run(args, { environment: environmentOf(manifests) });
    assert.equal(code, 2);
    assert.match(stderr, /No lake is configured; expected aws\.securitylake\.bucket/);
  },
);

testUnless(NO_KUSTOMIZE, "README's kustomization of one's own needs no edit of these", async () => {
  await using box = sandbox();
  const manifests = edited((folder) => {
    Deno.mkdirSync(`${folder}/mine`);
    Deno.writeTextFileSync(`${folder}/mine/kustomization.yaml`, exampleOfReadme());
    return kustomize(`${folder}/mine`);
  });
  const [, ...args] = argumentsOf(manifests, box);
  const environment = environmentOf(manifests);
  assert.equal(environment["CUSTOMFIELDS"], "k8s.cluster.name:production");
  const { code, stderr } = await box.run(["check", ...args], { environment });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(containerOf(manifests).image, "registry.example.com/falco-lake:0.1.0");
  assert.match(
    only(manifests, "ServiceAccount").metadata.annotations!["eks.amazonaws.com/role-arn"]!,
    /^arn:aws:iam::/,
  );
  only(manifests, "NetworkPolicy");
});

/** With the manifests where the test has them. */
function exampleOfReadme(): string {
  const readme = Deno.readTextFileSync(`${KUBERNETES}README.md`);
  const [, example] = /^ {3}```yaml\n([\s\S]*?)^ {3}```/m.exec(readme)!;
  return example!.replaceAll(/^ {3}/gm, "").replaceAll("falco-lake/scripts/kubernetes/", "../");
}

testUnless(NO_KUSTOMIZE, "README's two variables make TLS mutual", () => {
  const guide = Deno.readTextFileSync(`${KUBERNETES}README.md`);
  const given = [...guide.matchAll(/`(TLSSERVER_\w+)=(\S+)`/g)].map((
    [, name, value],
  ) => [name, value]);
  for (const { name, manifests, hasComponents } of rendered) {
    if (!hasComponents) continue;
    const environment = { ...environmentOf(manifests), ...Object.fromEntries(given) };
    const text = configurationOf(manifests);
    const { config, warnings } = loadConfig(
      { fileName: "f.yaml", text },
      (key) => environment[key],
    );
    assert.deepEqual([config.tlsserver.mutualtls, warnings], [true, []], name);
    const mounted = containerOf(manifests).volumeMounts.find(({ name }) => name === "tls")!;
    assert.equal(config.tlsserver.cacertfile, `${mounted.mountPath}/ca.crt`);
  }
});

testUnless(NO_KUSTOMIZE, "The local lake's agent answers its probes, and ships", async () => {
  const { manifests } = rendered.find(({ name }) => name.startsWith("local-lake"))!;
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const environment = {
    ...environmentOf(manifests),
    ...box.environment,
    ...lake.environment,
    AWS_SECURITYLAKE_INTERVAL: "10ms",
  };
  const agent = await box.start({ args: argumentsOf(manifests, box), environment });
  await probe(containerOf(manifests), agent.port);
  assert.equal(
    await metric(agent, "falco_lake_buffer_max_bytes"),
    8 * 2 ** 30,
    "the file of the ConfigMap is the one that is read",
  );
  assert.equal(await post(agent, makeEvent(1)), 200);
  await until(async () => (await rowsOf(lake)).length === 1, agent.log);
  assert.equal(await agent.stop(), 0);
  for (const line of agent.log().trimEnd().split("\n")) JSON.parse(line);
});

testUnless(
  NO_KUSTOMIZE ?? NO_OPENSSL,
  "An agent on a node with TLS and no way to AWS answers its probes, and keeps events",
  async () => {
    const { manifests } = rendered.find(({ name }) =>
      name === "static-keys on a daemonset, with all components"
    )!;
    await using box = sandbox();
    using files = new Certificates();
    const ca = issueInto(files);
    const environment = {
      ...withCertificates(environmentOf(manifests), files.directory),
      ...box.environment,
      TLSSERVER_NOTLSPORT: "0",
      AWS_SHARED_CREDENTIALS_FILE: `${box.directory}/credentials`,
      // Nobody is there.
      AWS_SECURITYLAKE_ENDPOINT: "http://127.0.0.1:9",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const agent = await box.start({ args: argumentsOf(manifests, box), environment });
    const plain = / and [^\n]*:(\d+) for non-TLS/.exec(agent.log())!;
    await probe(containerOf(manifests), Number(plain[1]));
    assert.equal((await postTls(agent.port, { ca }, makeEvent(1))).status, 200);
    await agent.kill();
  },
);

/** Asks what the kubelet would ask. */
async function probe(container: Container, port: number): Promise<void> {
  for (
    const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]
  ) {
    const response = await fetch(`http://127.0.0.1:${port}${httpGet.path}`);
    const text = await response.text();
    // Any other path than the agent's own is answered like /, which wants a POST.
    assert.equal(response.status, 200, `${httpGet.path}: ${text}`);
    assert.match(text, /"status": "ok"/);
  }
}
