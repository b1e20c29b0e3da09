import { gunzipSync } from "node:zlib";
import { readTar } from "../../scripts/container/read_tar.ts";
import type { TarEntry } from "../../scripts/container/tar_entry.ts";
import { digestOf } from "../../scripts/container/layer.ts";

/** An image as OCI's specification has it, as far as we look at it. */
export interface ReadImage {
  readonly index: {
    readonly manifests: readonly (Descriptor & {
      readonly platform: { readonly architecture: string; readonly os: string };
      readonly annotations: Readonly<Record<string, string>>;
    })[];
  };
  readonly config: {
    readonly architecture: string;
    readonly os: string;
    readonly created: string;
    readonly config: ImageConfig;
    readonly rootfs: { readonly diff_ids: readonly string[] };
  };
  /** `manifest.json`, Docker's. */
  readonly docker: readonly {
    readonly Config: string;
    readonly RepoTags: readonly string[];
    readonly Layers: readonly string[];
  }[];
  /** The tar of each layer, the lowest first. */
  readonly layers: readonly Uint8Array[];
}

export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly StopSignal: string;
  readonly Volumes: Readonly<Record<string, unknown>>;
  readonly ExposedPorts: Readonly<Record<string, unknown>>;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[]; readonly Timeout: number };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Reads an OCI archive. @throws when a digest or a size is not what a descriptor says */
export function readImage(archive: Uint8Array): ReadImage {
  const files = new Map<string, Uint8Array>();
  for (const entry of readTar(archive)) {
    if (entry.kind === "file") files.set(entry.path, entry.content);
  }
  const read = (path: string): Uint8Array => {
    const bytes = files.get(path);
    if (!bytes) throw new Error(`The archive has no ${path}`);
    return bytes;
  };
  const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));
  const blob = ({ digest, size }: Descriptor): Uint8Array => {
    const bytes = read(`blobs/${digest.replace(":", "/")}`);
    if (digestOf(bytes) !== digest || bytes.length !== size) throw new Error(`${digest} is wrong`);
    return bytes;
  };
  const index = json(read("index.json"));
  const manifest = json(blob(index.manifests[0]));
  return {
    index,
    config: json(blob(manifest.config)),
    docker: json(read("manifest.json")),
    layers: manifest.layers.map((layer: Descriptor) => new Uint8Array(gunzipSync(blob(layer)))),
  };
}

/** What a container of the image finds, by path. */
export function filesOf({ layers }: ReadImage): Map<string, TarEntry> {
  const files = new Map<string, TarEntry>();
  for (const layer of layers) {
    for (const entry of readTar(layer)) files.set(entry.path, entry);
  }
  return files;
}

/** Writes the files of an image, with their owners: for root alone. */
export function unpack(image: ReadImage, directory: string): void {
  for (const entry of filesOf(image).values()) {
    const path = `${directory}/${entry.path}`;
    if (entry.kind === "directory") Deno.mkdirSync(path, { recursive: true });
    else if (entry.kind === "symlink") Deno.symlinkSync(entry.target, path);
    else Deno.writeFileSync(path, entry.content);
    // A link's owner means nothing, and root made it.
    if (entry.kind === "symlink") continue;
    Deno.chownSync(path, entry.uid, entry.gid);
    Deno.chmodSync(path, entry.mode);
  }
}
