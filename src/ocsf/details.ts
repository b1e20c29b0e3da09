import type { Cloud, Device, Evidence, Resource } from "./finding.ts";

/** What a source's mapper finds in `output_fields`. What it finds nothing for is left out. */
export interface Details {
  /** The first is what the rule is about. */
  readonly evidences?: readonly Evidence[];
  readonly resources?: readonly Resource[];
  readonly eventCode?: string;
  /** Falco's version. */
  readonly productVersion?: string;
  /** Where it happened, if the event says so: goes before the lake's own place. */
  readonly cloud?: Cloud;
  /** More about the host that Falco watches. */
  readonly device?: Pick<Device, "os" | "boot_time">;
}

/** Where the details of an event belong. */
export interface Origin {
  /** "" when not known. */
  readonly hostname: string;
  readonly findingUid: string;
  /** Of the OCSF version, see version.ts. */
  readonly minor: number;
}
