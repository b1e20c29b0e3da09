import type { FalcoEvent } from "../event/falco_event.ts";
import { PRIORITIES, type Priority } from "../event/priority.ts";

/**
 * Whether an event is to be kept (`aws.securitylake.minimumpriority`). The event of POST /test always
 * is, as in falcosidekick.
 */
export function isWanted(event: FalcoEvent, minimum: Priority | undefined): boolean {
  if (!minimum || event.rule === "Test rule") return true;
  return PRIORITIES.indexOf(event.priority) <= PRIORITIES.indexOf(minimum);
}
