import type { Details, Origin } from "./details.ts";
import type { Fields } from "./fields.ts";
import type { Writable } from "./finding.ts";

/**
 * Maps what Falco tells of itself: its metrics snapshots (https://falco.org/docs/concepts/metrics)
 * and dropped events. The metrics themselves stay unmapped.
 */
export function mapFalcoInternal(fields: Fields, { hostname, minor }: Origin): Details {
  const details: Writable<Details> = {};
  const version = fields.take("falco.version");
  if (version !== undefined) details.productVersion = version;
  if (hostname === "") return details; // there is no device to say more about

  const device: Writable<NonNullable<Details["device"]>> = {};
  const kernel = minor >= 4 ? fields.take("falco.kernel_release") : undefined;
  if (kernel !== undefined) {
    device.os = { name: "Linux", type_id: 200, type: "Linux", kernel_release: kernel };
  }
  const booted = minor >= 3 ? fields.takeNanoseconds("falco.host_boot_ts") : undefined;
  if (booted !== undefined) device.boot_time = booted;
  return { ...details, device };
}
