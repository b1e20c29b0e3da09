import { NONROOT } from "./base_files.ts";
import type { Platform } from "./platforms.ts";

/** Where things are in the image; the Dockerfile says the same. */
export const PATHS = {
  program: "/usr/local/bin/falco-lake",
  /** All defaults; to be mounted over. */
  config: "/etc/falco-lake/falco-lake.yaml",
  /** The buffer, and whatever is named with a relative path: also a lake's folder. */
  volume: "/var/lib/falco-lake",
};

/** Nanoseconds, as Docker's API has durations. */
const SECOND = 1_000_000_000;

/** What a container is run with unless it is told otherwise. */
export const RUN = {
  User: `${NONROOT}:${NONROOT}`,
  ExposedPorts: { "2801/tcp": {} },
  Env: [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
  ],
  Entrypoint: [PATHS.program],
  Cmd: ["run", "-c", PATHS.config],
  Volumes: { [PATHS.volume]: {} },
  WorkingDir: PATHS.volume,
  StopSignal: "SIGTERM",
  // Docker's own; OCI has none, and Kubernetes asks /healthz itself.
  Healthcheck: {
    Test: ["CMD", PATHS.program, "check", "--health", "-c", PATHS.config],
    Interval: 30 * SECOND,
    Timeout: 10 * SECOND,
    StartPeriod: 10 * SECOND,
    Retries: 3,
  },
};

/** What an image is made from. */
export interface Origin {
  readonly version: string;
  /** Commit; undefined when it is not known. */
  readonly revision: string | undefined;
  /** URL of the source code; undefined when there is none. */
  readonly source: string | undefined;
  /** Seconds since 1970. */
  readonly created: number;
}

export const createdAt = ({ created }: Origin): string =>
  new Date(created * 1000).toISOString().replace(".000Z", "Z");

/** The annotations of the image specification ("Pre-Defined Annotation Keys") as labels. */
export function labels(origin: Origin): Readonly<Record<string, string>> {
  const { version, revision, source } = origin;
  const prefix = "org.opencontainers.image";
  return {
    [`${prefix}.title`]: "falco-lake",
    [`${prefix}.description`]: "Receives Falco events and ships them to Amazon Security Lake",
    [`${prefix}.version`]: version,
    [`${prefix}.licenses`]: "Apache-2.0",
    [`${prefix}.created`]: createdAt(origin),
    ...(revision !== undefined && { [`${prefix}.revision`]: revision }),
    ...(source !== undefined && { [`${prefix}.source`]: source }),
  };
}

/** The image's configuration (OCI image specification, "Image Configuration"). */
export function imageConfig(
  { architecture }: Platform,
  origin: Origin,
  diffIds: readonly string[],
) {
  const created = createdAt(origin);
  return {
    created,
    architecture,
    // What Debian's arm64 is built for.
    ...(architecture === "arm64" && { variant: "v8" }),
    os: "linux",
    config: { ...RUN, Labels: labels(origin) },
    rootfs: { type: "layers", diff_ids: diffIds },
    history: diffIds.map((_, at) => ({
      created,
      created_by: at === 0 ? "Debian packages" : "falco-lake",
    })),
  };
}
