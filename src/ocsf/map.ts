import type { FalcoEvent } from "../event/falco_event.ts";
import { uuidOf } from "../event/uid.ts";
import { mapActor } from "./actor.ts";
import { mapCloud } from "./cloud.ts";
import type { MappingContext, ReceivedRecord } from "./context.ts";
import { hostnameOf, mapDevice } from "./device.ts";
import { classification, envelopeTexts, findingInfo, fits, metadataOf } from "./envelope.ts";
import { Fields } from "./fields.ts";
import type { Finding, Writable } from "./finding.ts";
import { mapObservables } from "./observables.ts";
import { profilesOf } from "./profiles.ts";
import { SEVERITY } from "./severity.ts";
import type { Details, Origin } from "./details.ts";
import { mapSyscall } from "./syscall.ts";
import { mapCloudTrail } from "./aws_cloudtrail.ts";
import { mapFalcoInternal } from "./falco_internal.ts";
import { mapGcpAuditLog } from "./gcp_auditlog.ts";
import { mapGithub } from "./github.ts";
import { mapK8sAudit } from "./k8s_audit.ts";
import { mapOkta } from "./okta.ts";
import { readEvent } from "./read_event.ts";
import { cut, UTF8 } from "./text.ts";
import { millisecondsOf, timeOf } from "./time.ts";
import { Unmapped } from "./unmapped.ts";
import { unreadableFinding } from "./unreadable.ts";
import { minorOf } from "./version.ts";

export type { MappingContext, ReceivedRecord };

/** Sources whose fields have typed places. All others have the envelope and `unmapped`. */
const DETAILS: ReadonlyMap<string, (fields: Fields, origin: Origin) => Details> = new Map([
  ["syscall", mapSyscall],
  ["syscalls", mapSyscall], // what falcosidekick fills in for an absent source
  ["k8s_audit", mapK8sAudit],
  ["aws_cloudtrail", mapCloudTrail],
  ["okta", mapOkta],
  ["github", mapGithub],
  ["gcp_auditlog", mapGcpAuditLog],
  ["gcpaudit", mapGcpAuditLog], // the plugin's name, as which it is met too
  ["auditlogs", mapGcpAuditLog], // as its first version called it
  ["internal", mapFalcoInternal],
]);

const NO_DETAILS: Details = {};

/**
 * Maps one received event to an OCSF Detection Finding of the context's version.
 *
 * Pure: the same record in the same context gives the same finding. Never throws: what cannot be
 * read as a Falco event becomes a finding that says so and carries it in `raw_data`.
 *
 * @param failure that the finding was mapped before and was no good: now its envelope only, with all
 *   fields in `unmapped`
 */
export function mapRecord(
  record: ReceivedRecord,
  context: MappingContext,
  failure?: string,
): Finding {
  const text = UTF8.decode(record.payload);
  try {
    const result = readEvent(text, context.enrich);
    return result.ok
      ? mapEvent(result.event, text, record, context, failure)
      : unreadableFinding(record, text, result.reason, context);
  } catch (error) {
    // A mistake of ours must cost one finding its detail, not the batch it is in; the finding
    // tells what happened.
    return failure === undefined
      ? mapRecord(record, context, String(error))
      : unreadableFinding(record, text, `falco-lake failed to map it: ${error}`, context);
  }
}

function mapEvent(
  event: FalcoEvent,
  text: string,
  record: ReceivedRecord,
  context: MappingContext,
  failure: string | undefined,
): Finding {
  const unmapped = new Unmapped(context.enrich?.rename);
  const texts = envelopeTexts(event, unmapped);
  const fields = new Fields(event.outputFields);
  const uid = texts.uuid ?? uuidOf(record.payload);
  const time = timeOf(event.time.milliseconds, record.receivedMicroseconds);
  const hostname = hostnameOf(texts.hostname, fields);
  const minor = minorOf(context.ocsfVersion);
  const origin = { hostname, findingUid: uid, minor };
  const mapDetails = failure === undefined ? DETAILS.get(event.source) : undefined;
  const details = mapDetails?.(fields, origin) ?? NO_DETAILS;
  const { evidences, resources } = details;
  const evidence = evidences?.[0];

  const cloud = mapCloud(context, details.cloud);
  const device = mapDevice(hostname, details.device);
  const actor = device && mapActor(evidence);
  const observables = mapObservables(device, evidence, minor);
  const profiles = profilesOf({ cloud, device, actor, process: evidence?.process });
  const sequence = fields.takeId("evt.num");
  const loggedTime = millisecondsOf(record.receivedMicroseconds);
  fields.leaveTo(unmapped);
  const rest = unmapped.entries();

  const finding: Writable<Finding> = {
    ...classification(time, SEVERITY[event.priority]),
    finding_info: findingInfo(texts, uid, time),
    metadata: metadataOf(event.priority, texts, {
      version: context.ocsfVersion,
      uid,
      loggedTime,
      profiles,
      sequence,
      details,
    }),
  };
  if (minor >= 4) finding.is_alert = true;
  if (failure !== undefined) {
    finding.status_detail = cut(`falco-lake failed to map its fields: ${failure}`.toWellFormed());
  }
  if (texts.output !== undefined) finding.message = texts.output;
  if (cloud !== undefined) finding.cloud = cloud;
  if (device !== undefined) finding.device = device;
  if (actor !== undefined) finding.actor = actor;
  if (resources !== undefined) finding.resources = resources;
  if (evidences !== undefined) finding.evidences = evidences;
  if (observables !== undefined) finding.observables = observables;
  if (context.rawData !== false && fits(text, minor)) finding.raw_data = text;
  if (rest !== undefined) finding.unmapped = rest;
  return finding;
}
