/** The OCSF versions that a finding can be mapped to (https://schema.ocsf.io, version menu). */
export const OCSF_VERSIONS = [
  "1.1.0",
  "1.2.0",
  "1.3.0",
  "1.4.0",
  "1.5.0",
  "1.6.0",
  "1.7.0",
  "1.8.0",
] as const;

export type OcsfVersion = typeof OCSF_VERSIONS[number];

/** The second number of a version, 1 to 8: what says since when there is an attribute. */
export const minorOf = (version: OcsfVersion): number => version.charCodeAt(2) - 48;
