import assert from "node:assert/strict";
import { parse } from "yaml";
import { KUBERNETES, kustomize, NO_KUSTOMIZE } from "../support/kustomize.ts";
import { only, type Service } from "../support/manifest.ts";
import { testUnless } from "../support/skip.ts";
import { VARIANTS } from "./rendered.ts";

const FILES = ["falco.yaml", "falco-tls.yaml", "falcosidekick.yaml"] as const;

/**
 * The paths that the charts have (falcosecurity/charts, `values.yaml` of falco and falcosidekick).
 * Helm takes any other in silence.
 */
const KNOWN = new Set([
  "falco.json_output",
  "falco.json_include_output_property",
  "falco.json_include_output_fields_property",
  "falco.json_include_tags_property",
  "falco.append_output",
  ...[
    "enabled",
    "url",
    "user_agent",
    "insecure",
    "ca_cert",
    "ca_bundle",
    "ca_path",
    "mtls",
    "client_cert",
    "client_key",
    "echo",
    "compress_uploads",
    "keep_alive",
    "max_consecutive_timeouts",
  ].map((key) => `falco.http_output.${key}`),
  "mounts.volumes",
  "mounts.volumeMounts",
  "falcosidekick.enabled",
  "falcosidekick.config.webhook.address",
]);

type Values = Readonly<Record<string, unknown>>;

const valuesOf = (file: string): Values =>
  parse(Deno.readTextFileSync(`${KUBERNETES}helm/${file}`));

/** Each scalar or list by its path. */
function leaves(values: Values, before = ""): [string, unknown][] {
  return Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    return isMap ? leaves(value as Values, `${before}${key}.`) : [[before + key, value]];
  });
}

Deno.test("The values are the charts' own, each of the type that it has there", () => {
  for (const file of FILES) {
    for (const [path, value] of leaves(valuesOf(file))) {
      assert.ok(KNOWN.has(path), `${file}: ${path}`);
      const isText = /\.(url|address|ca_cert|client_cert|client_key)$/.test(path);
      const isList = /\.(append_output|volumes|volumeMounts)$/.test(path);
      assert.equal(
        Array.isArray(value) ? "list" : typeof value,
        isText ? "string" : isList ? "list" : "boolean",
        `${file}: ${path}`,
      );
    }
  }
});

testUnless(
  NO_KUSTOMIZE,
  "Falco and falcosidekick send to where the Service of both variants is",
  () => {
    for (const variant of VARIANTS) {
      const { metadata, spec } = only<Service>(kustomize(KUBERNETES + variant), "Service");
      const { port } = spec.ports.find(({ name }) => name === "events")!;
      const address = `${metadata.name}.${metadata.namespace}.svc:${port}`;
      const sentTo = FILES.flatMap((file) =>
        leaves(valuesOf(file)).filter(([path]) => /\.(url|address)$/.test(path))
          .map(([, value]) => value)
      );
      assert.deepEqual(sentTo, [`http://${address}`, `https://${address}`, `http://${address}`]);
    }
  },
);

Deno.test("Falco looks for its certificates where it has them mounted", () => {
  const values = new Map(leaves(valuesOf("falco-tls.yaml")));
  const [{ mountPath }] = values.get("mounts.volumeMounts") as [{ mountPath: string }];
  for (const key of ["ca_cert", "client_cert", "client_key"]) {
    const path = values.get(`falco.http_output.${key}`) as string;
    assert.ok(path.startsWith(`${mountPath}/`), path);
  }
});
