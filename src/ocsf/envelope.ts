import { attacksOf } from "./attack.ts";
import { cut, LONGEST_TEXT } from "./text.ts";
import type { FalcoEvent } from "../event/falco_event.ts";
import type { Priority } from "../event/priority.ts";
import type { Analytic, Finding, FindingInfo, Metadata, Product, Writable } from "./finding.ts";
import type { Details } from "./details.ts";
import type { Severity } from "./severity.ts";
import { timeText } from "./time.ts";
import type { Unmapped } from "./unmapped.ts";
import type { OcsfVersion } from "./version.ts";

const MATURITY = "maturity_";

/** The classification: what is the same in every finding, apart from time and severity. */
export function classification(time: number, severity: Severity) {
  return {
    time,
    time_dt: timeText(time),
    class_uid: 2004,
    class_name: "Detection Finding",
    category_uid: 2,
    category_name: "Findings",
    activity_id: 1,
    activity_name: "Create",
    type_uid: 200401,
    type_name: "Detection Finding: Create",
    severity_id: severity.id,
    severity: severity.name,
    status_id: 1,
    status: "New",
    count: 1,
  } as const satisfies Partial<Finding>;
}

/** Falco as the product, with the event source as the feature that found something. */
export function productOf(source: string | undefined, version?: string): Product {
  const product: Writable<Product> = { name: "Falco", vendor_name: "The Falco Project" };
  if (version !== undefined) product.version = version;
  if (source !== undefined) product.feature = { name: source };
  return product;
}

/** The texts of the envelope, fit for OCSF. */
export interface EnvelopeTexts {
  readonly rule: string;
  readonly source: string;
  readonly output: string | undefined;
  /** "" when not given. */
  readonly hostname: string;
  /** Only when the sender set one. */
  readonly uuid: string | undefined;
  /** Falco's time, verbatim. */
  readonly time: string;
  readonly tags: readonly string[];
}

/** Makes the envelope's texts fit for OCSF; what had to be cut goes to `unmapped` as a whole. */
export function envelopeTexts(event: FalcoEvent, unmapped: Unmapped): EnvelopeTexts {
  const fit = (key: string, text: string): string => {
    const whole = text.toWellFormed();
    const short = cut(whole);
    if (short !== whole) unmapped.add(key, whole);
    return short;
  };
  const output = fit("output", event.output);
  return {
    rule: fit("rule", event.rule),
    source: fit("source", event.source),
    output: output === "" ? undefined : output,
    hostname: fit("hostname", event.hostname),
    uuid: event.uuid === undefined ? undefined : fit("uuid", event.uuid),
    time: fit("time", event.time.text),
    tags: event.tags.filter((tag) => tag !== "").map((tag) => fit("tags", tag)),
  };
}

/** The finding's own description: rule, output and ATT&CK. */
export function findingInfo(texts: EnvelopeTexts, uid: string, time: number): FindingInfo {
  const { rule, source, output, tags } = texts;
  const analytic: Writable<Analytic> = { uid: rule, name: rule, type_id: 1, type: "Rule" };
  const maturity = tags.find((tag) => tag.startsWith(MATURITY));
  if (maturity !== undefined) analytic.category = maturity;
  const info: Writable<FindingInfo> = {
    uid,
    title: rule,
    created_time: time,
    types: [source],
    data_sources: [source],
    analytic,
  };
  if (output !== undefined) info.desc = output;
  const attacks = attacksOf(tags);
  if (attacks !== undefined) info.attacks = attacks;
  return info;
}

/** What `metadata` of an event needs beyond the event. */
export interface MetadataParts {
  readonly version: OcsfVersion;
  readonly uid: string;
  /** Milliseconds since 1970. */
  readonly loggedTime: number;
  readonly profiles: readonly string[];
  readonly sequence: number | undefined;
  readonly details: Details;
}

export function metadataOf(
  priority: Priority,
  { source, time, tags }: EnvelopeTexts,
  { version, uid, loggedTime, profiles, sequence, details }: MetadataParts,
): Metadata {
  const { eventCode, productVersion } = details;
  const metadata: Writable<Metadata> = {
    version,
    profiles,
    uid,
    product: productOf(source, productVersion),
    log_name: source,
    log_level: priority,
    original_time: time,
    logged_time: loggedTime,
  };
  if (eventCode !== undefined) metadata.event_code = eventCode;
  if (sequence !== undefined) metadata.sequence = sequence;
  if (tags.length > 0) metadata.labels = tags;
  return metadata;
}

/** Whether a text fits a string_t whole, as `raw_data` must. Since 1.4 it may have any length. */
export function fits(text: string, minor: number): boolean {
  return minor >= 4 || text.length <= LONGEST_TEXT || cut(text) === text;
}
