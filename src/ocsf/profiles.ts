import type { Actor, Cloud, Device, Process } from "./finding.ts";

/** The parts of a finding whose attributes belong to profiles. */
interface Profiled {
  readonly cloud: Cloud | undefined;
  readonly device: Device | undefined;
  readonly actor: Actor | undefined;
  readonly process: Process | undefined;
}

/**
 * The OCSF profiles of a finding: those whose attributes it has, and no other. An attribute whose
 * profile is not listed counts as unknown, and a listed profile makes attributes required.
 */
export function profilesOf({ cloud, device, actor, process }: Profiled): string[] {
  const profiles: string[] = [];
  if (cloud !== undefined) profiles.push("cloud");
  if (process?.container !== undefined || process?.namespace_pid !== undefined) {
    profiles.push("container");
  }
  profiles.push("datetime"); // time_dt is always there
  if (device !== undefined || actor !== undefined) profiles.push("host");
  if (process?.auid !== undefined) profiles.push("linux/linux_users");
  return profiles;
}
