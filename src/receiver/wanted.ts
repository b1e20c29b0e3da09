import type { FalcoEvent } from "../event/falco_event.ts";
import { PRIORITIES, type Priority } from "../event/priority.ts";

/** Which events are kept. */
export interface Wanted {
  /** `aws.securitylake.minimumpriority`; undefined for all. */
  readonly minimumPriority: Priority | undefined;
  /** `lake.dropinternal`: not Falco's reports about itself. */
  readonly dropInternal: boolean;
}

/** Whether an event is to be kept. That of POST /test always is, as in falcosidekick. */
export function isWanted(event: FalcoEvent, { minimumPriority, dropInternal }: Wanted): boolean {
  if (event.rule === "Test rule") return true;
  if (dropInternal && event.source === "internal") return false;
  return minimumPriority === undefined ||
    PRIORITIES.indexOf(event.priority) <= PRIORITIES.indexOf(minimumPriority);
}
