import { uuidOf } from "../event/uid.ts";
import { mapCloud } from "./cloud.ts";
import type { MappingContext, ReceivedRecord } from "./context.ts";
import { classification, fits, productOf } from "./envelope.ts";
import type { Finding, Writable } from "./finding.ts";
import { profilesOf } from "./profiles.ts";
import { UNKNOWN_SEVERITY } from "./severity.ts";
import { cut } from "./text.ts";
import { millisecondsOf, timeOf } from "./time.ts";
import { minorOf } from "./version.ts";

/** The title of findings that only say: something arrived, and it was no Falco event. */
export const UNREADABLE_TITLE = "Unreadable Falco event";

/**
 * The finding for a record that is no Falco event. It carries the whole record: in `raw_data`, or
 * in `unmapped`, which has no limit, when that is too long.
 *
 * @param text the record as UTF-8
 * @param reason why it is no Falco event
 */
export function unreadableFinding(
  record: ReceivedRecord,
  text: string,
  reason: string,
  context: MappingContext,
): Finding {
  const uid = uuidOf(record.payload);
  const time = timeOf(undefined, record.receivedMicroseconds);
  const cloud = mapCloud(context);
  const none = { device: undefined, actor: undefined, process: undefined };
  const message = cut(`${UNREADABLE_TITLE}: ${reason}`.toWellFormed());
  const finding: Writable<Finding> = {
    ...classification(time, UNKNOWN_SEVERITY),
    status_detail: message,
    message,
    finding_info: { uid, title: UNREADABLE_TITLE, desc: message, created_time: time },
    metadata: {
      version: context.ocsfVersion,
      profiles: profilesOf({ cloud, ...none }),
      uid,
      product: productOf(undefined),
      logged_time: millisecondsOf(record.receivedMicroseconds),
    },
  };
  if (cloud !== undefined) finding.cloud = cloud;
  if (text === "") return finding;
  if (fits(text, minorOf(context.ocsfVersion))) finding.raw_data = text;
  else finding.unmapped = { raw_data: text };
  return finding;
}
