import type { Device, Evidence, Observable } from "./finding.ts";

/** type_id of OCSF's observable, with its caption. */
interface ObservableType {
  readonly id: number;
  readonly name: string;
}

const HOSTNAME: ObservableType = { id: 1, name: "Hostname" };
const IP_ADDRESS: ObservableType = { id: 2, name: "IP Address" };
const USER_NAME: ObservableType = { id: 4, name: "User Name" };
const FILE_NAME: ObservableType = { id: 7, name: "File Name" };
const PROCESS_NAME: ObservableType = { id: 9, name: "Process Name" };
/** Since 1.2. */
const COMMAND_LINE: ObservableType = { id: 13, name: "Command Line" };

/**
 * What an analyst would search for across findings. Scalars only: OCSF discourages observables
 * that point to objects. Each name is the path of the attribute that holds the value.
 */
export function mapObservables(
  device: Device | undefined,
  evidence: Evidence | undefined,
  minor: number,
): Observable[] | undefined {
  const observables: Observable[] = [];
  const add = (name: string, type: ObservableType, value: string | undefined) => {
    if (value !== undefined) {
      observables.push({ name, type_id: type.id, type: type.name, value });
    }
  };
  add("device.hostname", HOSTNAME, device?.hostname);
  if (evidence !== undefined) {
    const { actor, process, file, src_endpoint: source, dst_endpoint: destination } = evidence;
    add("evidences[0].actor.user.name", USER_NAME, actor?.user?.name);
    add("evidences[0].process.name", PROCESS_NAME, process?.name);
    if (minor >= 2) add("evidences[0].process.cmd_line", COMMAND_LINE, process?.cmd_line);
    add("evidences[0].process.user.name", USER_NAME, process?.user?.name);
    add("evidences[0].file.name", FILE_NAME, file?.name);
    add("evidences[0].src_endpoint.ip", IP_ADDRESS, source?.ip);
    add("evidences[0].src_endpoint.hostname", HOSTNAME, source?.hostname);
    add("evidences[0].dst_endpoint.ip", IP_ADDRESS, destination?.ip);
    add("evidences[0].dst_endpoint.hostname", HOSTNAME, destination?.hostname);
  }
  return observables.length > 0 ? observables : undefined;
}
