import { parseEvent } from "../event/parse.ts";
import { uuidOf } from "../event/uid.ts";
import { mapCloud } from "./cloud.ts";
import type { MappingContext, ReceivedRecord } from "./context.ts";
import { classification, fits, productOf } from "./envelope.ts";
import type { Finding, Writable } from "./finding.ts";
import { profilesOf } from "./profiles.ts";
import { UNKNOWN_SEVERITY } from "./severity.ts";
import { cut, UTF8 } from "./text.ts";
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
 * @param milliseconds when it happened, since 1970, if that is known all the same
 */
export function unreadableFinding(
  record: ReceivedRecord,
  text: string,
  reason: string,
  context: MappingContext,
  milliseconds?: number,
): Finding {
  const uid = uuidOf(record.payload);
  const time = timeOf(milliseconds, record.receivedMicroseconds);
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

/**
 * The finding of a record of which only the time is to be read: it has the record as it is, and the
 * day that it has otherwise, so that the keys of its objects stay what they are.
 */
export function unreadRecord(
  record: ReceivedRecord,
  context: MappingContext,
  reason: string,
): Finding {
  const text = UTF8.decode(record.payload);
  return unreadableFinding(record, text, reason, context, millisecondsIn(text));
}

/** When the event of a text happened, in ms since 1970; undefined when it says no time. */
export function millisecondsIn(text: string): number | undefined {
  const parsed = parseEvent(text);
  return parsed.ok ? parsed.event.time.milliseconds : undefined;
}
