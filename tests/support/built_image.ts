import { fetchPackages, SUITE } from "../../scripts/container/debian_packages.ts";
import type { Origin } from "../../scripts/container/image_config.ts";
import { makeImage } from "../../scripts/container/make_image.ts";
import { type Platform, PLATFORMS } from "../../scripts/container/platforms.ts";
import type { Processor } from "../../scripts/build/build_binary.ts";
import { builtBinary } from "./binary.ts";
import { ROOT } from "./root.ts";

/** A value, or why there is none. */
export type OrMissing<T> =
  | { readonly value: T; readonly missing: undefined }
  | { readonly value: undefined; readonly missing: string };

export const ORIGIN: Origin = {
  version: "1.2.3",
  revision: "c0ffee",
  source: "https://example.com/falco-lake",
  created: Date.UTC(2026, 10, 21) / 1000,
};

export const platformOf = (processor: Processor): Platform =>
  PLATFORMS.find(({ target }) => target.startsWith(processor))!;

/** A folder of the Debian packages below an image, fetched once. */
export async function builtPackages(processor: Processor): Promise<OrMissing<string>> {
  const platform = platformOf(processor);
  const source = { platform, suite: SUITE, mirror: undefined, refresh: false };
  try {
    return { value: await fetchPackages(source, `${ROOT}.cache/debian`), missing: undefined };
  } catch (error) {
    return { value: undefined, missing: `no Debian packages: ${(error as Error).message}` };
  }
}

/** An OCI archive with the real binary. */
export async function builtImage(processor: Processor): Promise<OrMissing<Uint8Array>> {
  const packages = await builtPackages(processor);
  if (packages.missing !== undefined) return packages;
  const binary = await builtBinary(processor);
  if (binary.missing !== undefined) return { value: undefined, missing: binary.missing };
  const value = await makeImage({
    platform: platformOf(processor),
    origin: ORIGIN,
    binary: binary.path,
    packages: packages.value,
    root: ROOT,
  });
  return { value, missing: undefined };
}
