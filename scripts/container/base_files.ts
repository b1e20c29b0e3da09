import type { DebianPackage } from "./read_package.ts";
import type { Platform } from "./platforms.ts";
import type { TarEntry } from "./tar_entry.ts";

/** distroless's "nonroot", which other images and policies know. */
export const NONROOT = 65532;

const CA_BUNDLE = "etc/ssl/certs/ca-certificates.crt";
const ROOT = { uid: 0, gid: 0 };
const OWN = { uid: NONROOT, gid: NONROOT };
const encoder = new TextEncoder();

/**
 * What an image has below the agent: what distroless/cc takes from the same packages, less what
 * the agent does not use (time zones, OpenSSL, libstdc++). There is no program in it but the loader
 * of shared libraries.
 *
 * @throws when a package lacks what is taken from it
 */
export function baseFiles(
  packages: readonly DebianPackage[],
  platform: Platform,
): readonly TarEntry[] {
  const taken = new Map<string, TarEntry>();
  const isTaken = selector(platform);
  for (const { entries } of packages) {
    for (const entry of entries) {
      if (isTaken(entry)) taken.set(entry.path, { ...entry, ...ROOT });
    }
  }
  for (const entry of [...made(packages), ...scannersFiles(packages)]) taken.set(entry.path, entry);
  for (const name of ["libc.so.6", "libgcc_s.so.1"]) {
    const path = `usr/lib/${platform.triplet}/${name}`;
    if (!taken.has(path)) throw new Error(`None of the packages has ${path}`);
  }
  return [...taken.values()];
}

function selector({ triplet }: Platform): (entry: TarEntry) => boolean {
  const library = new RegExp(`^usr/lib(64)?/(${triplet}/)?[^/]+\\.so(\\.\\d+)*$`);
  return ({ path, kind }) =>
    kind !== "directory" && (
      library.test(path) ||
      /^(lib|lib64|etc\/os-release|usr\/lib\/os-release|etc\/debian_version)$/.test(path) ||
      // A package whose licence another one has is a link to that one's.
      /^usr\/share\/doc\/[^/]+\/copyright$/.test(path) ||
      kind === "symlink" && /^usr\/share\/doc\/[^/]+$/.test(path) ||
      /^usr\/share\/common-licenses\//.test(path)
    );
}

function made(packages: readonly DebianPackage[]): TarEntry[] {
  return [
    file(
      "etc/passwd",
      "root:x:0:0:root:/root:/sbin/nologin\n" +
        `nonroot:x:${NONROOT}:${NONROOT}:nonroot:/home/nonroot:/sbin/nologin\n` +
        "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n",
    ),
    file("etc/group", `root:x:0:\nnonroot:x:${NONROOT}:\nnogroup:x:65534:\n`),
    file("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    file(CA_BUNDLE, caBundle(packages)),
    { kind: "directory", path: "tmp", mode: 0o1777, ...ROOT },
    { kind: "directory", path: "root", mode: 0o700, ...ROOT },
    { kind: "directory", path: "home/nonroot", mode: 0o700, ...OWN },
    // Where a runtime mounts something, also when the root is read-only.
    ...["dev", "proc", "run", "sys"].map((path) => ({
      kind: "directory" as const,
      path,
      mode: 0o755,
      ...ROOT,
    })),
  ];
}

/** As update-ca-certificates writes it: all of them, one after the other. */
function caBundle(packages: readonly DebianPackage[]): string {
  const decoder = new TextDecoder();
  const certificates = packages.flatMap(({ entries }) => entries)
    .filter(({ path }) => /^usr\/share\/ca-certificates\/mozilla\/.*\.crt$/.test(path))
    .sort((a, b) => a.path < b.path ? -1 : 1)
    .map((entry) => entry.kind === "file" ? decoder.decode(entry.content).trim() + "\n" : "");
  if (certificates.length === 0) throw new Error("None of the packages has certificates");
  return certificates.join("");
}

/** Where scanners for known holes look for the packages of an image without dpkg. */
const scannersFiles = (packages: readonly DebianPackage[]): TarEntry[] =>
  packages.map(({ name, control }) => file(`var/lib/dpkg/status.d/${name}`, `${control.trim()}\n`));

const file = (path: string, text: string): TarEntry => ({
  kind: "file",
  path,
  mode: 0o644,
  content: encoder.encode(text),
  ...ROOT,
});
