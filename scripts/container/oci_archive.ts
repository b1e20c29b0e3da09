import { imageConfig, type Origin } from "./image_config.ts";
import { digestOf, type Layer } from "./layer.ts";
import type { Platform } from "./platforms.ts";
import type { TarEntry } from "./tar_entry.ts";
import { writeTar } from "./write_tar.ts";

const TYPES = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};

/**
 * The image's name where it is loaded. A name without a host would be looked for in a registry: by
 * Docker in its own, by Podman on this machine, by Kubernetes in Docker's. This one is never pulled.
 */
export const imageName = ({ version }: Origin): string => `localhost/falco-lake:${version}`;

/**
 * An image as one tar file: an OCI image layout, and beside it the `manifest.json` by which
 * `docker load` finds its way where Docker keeps images in its older store, as `docker save`
 * itself writes both since 25.0.
 */
export function ociArchive(
  platform: Platform,
  origin: Origin,
  layers: readonly Layer[],
): Uint8Array<ArrayBuffer> {
  const blobs = new Map<string, Uint8Array>();
  const store = (bytes: Uint8Array, mediaType: string) => {
    const digest = digestOf(bytes);
    blobs.set(`blobs/${digest.replace(":", "/")}`, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const config = imageConfig(platform, origin, layers.map(({ diffId }) => diffId));
  const storedLayers = layers.map(({ bytes }) => store(bytes, TYPES.layer));
  const storedConfig = store(json(config), TYPES.config);
  const manifest = store(
    json({
      schemaVersion: 2,
      mediaType: TYPES.manifest,
      config: storedConfig,
      layers: storedLayers,
      annotations: config.config.Labels,
    }),
    TYPES.manifest,
  );
  const name = imageName(origin);
  const { architecture, os, variant } = config;
  const index = {
    schemaVersion: 2,
    mediaType: TYPES.index,
    manifests: [{
      ...manifest,
      platform: { architecture, os, ...(variant && { variant }) },
      annotations: {
        "org.opencontainers.image.ref.name": name,
        // containerd's, and so that of Docker's newer store.
        "io.containerd.image.name": name,
      },
    }],
  };
  const pathOf = ({ digest }: { readonly digest: string }) => `blobs/${digest.replace(":", "/")}`;
  const docker = [{
    Config: pathOf(storedConfig),
    RepoTags: [name],
    Layers: storedLayers.map(pathOf),
  }];
  const files = new Map<string, Uint8Array>([
    ["oci-layout", json({ imageLayoutVersion: "1.0.0" })],
    ["index.json", json(index)],
    ["manifest.json", json(docker)],
    ...[...blobs].sort(([a], [b]) => a < b ? -1 : 1),
  ]);
  return writeTar([...folders(), ...[...files].map(toEntry)], origin.created);
}

const OWNER = { uid: 0, gid: 0 };

const folders = (): TarEntry[] =>
  ["blobs", "blobs/sha256"].map((path) => ({ kind: "directory", path, mode: 0o755, ...OWNER }));

const toEntry = ([path, content]: [string, Uint8Array]): TarEntry => ({
  kind: "file",
  path,
  mode: 0o644,
  content,
  ...OWNER,
});

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
