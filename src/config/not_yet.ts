import { environmentName } from "./environment_name.ts";
import { boolean } from "./value.ts";

interface NotYetKey {
  /** falcosidekick's default; with it nothing is missed and nothing is said. */
  readonly default: string;
  /** What happens instead, where that may surprise. */
  readonly meanwhile?: string;
}

/**
 * falcosidekick's keys that concern what we do, but that this version does not follow. Defaults from
 * falcosidekick's `config.go`.
 */
export const NOT_YET: Readonly<Record<string, NotYetKey>> = {
  "customfields": { default: "" },
  "customtags": { default: "" },
  "templatedfields": { default: "" },
  "bracketreplacer": { default: "" },
  "outputfieldformat": { default: "" },
  "mutualtlsfilespath": { default: "/etc/certs" },
  "mutualtlsclient.certfile": { default: "" },
  "mutualtlsclient.keyfile": { default: "" },
  "mutualtlsclient.cacertfile": { default: "" },
  "tlsclient.cacertfile": { default: "" },
  "tlsserver.deploy": { default: "false", meanwhile: "the port speaks plain HTTP" },
  "tlsserver.certfile": { default: "/etc/certs/server/server.crt" },
  "tlsserver.keyfile": { default: "/etc/certs/server/server.key" },
  "tlsserver.mutualtls": { default: "false", meanwhile: "clients are not asked for certificates" },
  "tlsserver.cacertfile": { default: "/etc/certs/server/ca.crt" },
  "tlsserver.notlsport": { default: "2810" },
  "tlsserver.notlspaths": { default: "" },
  "prometheus.extralabels": { default: "" },
  "aws.rolearn": { default: "", meanwhile: "uploads use the base credentials" },
  "aws.externalid": { default: "" },
  "aws.checkidentity": { default: "true" },
};

/** The names that `notYetInEnvironment` asks for. */
export const NOT_YET_NAMES: readonly string[] = Object.keys(NOT_YET).map(environmentName);

export function isNotYetKey(path: string): boolean {
  return Object.hasOwn(NOT_YET, path);
}

/** @returns what to warn of, or undefined when the value is falcosidekick's default */
export function notYet(path: string, value: string): string | undefined {
  const key = isNotYetKey(path) ? NOT_YET[path] : undefined;
  if (key === undefined || isSame(value, key.default)) return undefined;
  const meanwhile = key.meanwhile === undefined ? "" : `; ${key.meanwhile}`;
  return `Not supported yet by this version of falco-lake${meanwhile}`;
}

function isSame(value: string, other: string): boolean {
  const truth = boolean.read(other);
  return value === other || (truth !== undefined && boolean.read(value) === truth);
}
