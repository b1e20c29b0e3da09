import type { Fields } from "./fields.ts";
import type { Device } from "./finding.ts";
import { isHostname } from "./hostname.ts";

/** The host that Falco watches; `hostname` is "" when not known. */
export function mapDevice(
  hostname: string,
  more: Pick<Device, "os" | "boot_time"> | undefined,
): Device | undefined {
  if (hostname === "") return undefined;
  const device: Device = isHostname(hostname)
    ? { hostname, type_id: 0 }
    : { name: hostname, type_id: 0 };
  return more === undefined ? device : { ...device, ...more };
}

/**
 * The event's `hostname`, or what Falco's own metrics carry as `evt.hostname`.
 *
 * @param hostname of the event, "" when not given
 */
export function hostnameOf(hostname: string, fields: Fields): string {
  if (hostname === "") return fields.take("evt.hostname") ?? "";
  if (fields.text("evt.hostname") === hostname) fields.use("evt.hostname");
  return hostname;
}
