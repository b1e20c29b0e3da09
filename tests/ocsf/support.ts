/** What the tests of mapping share: events, and walking a finding. */
import type { Finding } from "../../src/ocsf/finding.ts";
import { type MappingContext, mapRecord } from "../../src/ocsf/map.ts";
import { corpusEvents, readShared } from "../support/shared.ts";

/** The real events, as the bytes of each line. */
export const corpusPayloads = (): Uint8Array[] => corpusEvents().map(bytes);

export interface EdgeCase {
  readonly id: string;
  readonly method: string;
  readonly falcosidekick_status: number | string;
  readonly body?: string;
  readonly body_b64?: string;
}

export const edgeCases = (): EdgeCase[] => JSON.parse(readShared("corpus/edge_cases.json")).cases;

/** The bodies of the edge cases. */
export const edgeCasePayloads = (): Uint8Array[] =>
  edgeCases().map(({ body = "", body_b64 }) =>
    body_b64 === undefined ? bytes(body) : Uint8Array.fromBase64(body_b64)
  );

/** The resolved OCSF model of Detection Finding 1.1.0. */
export const loadModel = () =>
  JSON.parse(readShared("ocsf/model/detection_finding-1.1.0.json")) as {
    readonly types: Readonly<Record<string, { readonly regex?: string }>>;
  };

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** 2026-01-02T03:04:06Z, when all events of the tests arrive. */
export const RECEIVED_MICROSECONDS = 1_767_323_046_000_999;
export const RECEIVED_MILLISECONDS = 1_767_323_046_000;

export const NO_CLOUD: MappingContext = { region: "", accountId: "", ocsfVersion: "1.1.0" };
export const CLOUD: MappingContext = {
  region: "eu-west-1",
  accountId: "123456789012",
  ocsfVersion: "1.1.0",
};

export const mapBytes = (payload: Uint8Array, context = NO_CLOUD): Finding =>
  mapRecord({ payload, receivedMicroseconds: RECEIVED_MICROSECONDS }, context);

/** An event with these members, and otherwise the least a Falco event has. */
export const eventText = (members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    rule: "R",
    priority: "Error",
    time: "2026-01-02T03:04:05.123456789Z",
    ...members,
  });

/** Maps an event with these members; raw_data is left out, for it only repeats them. */
export function mapMembers(members: Readonly<Record<string, unknown>>, context = NO_CLOUD) {
  const { raw_data: _, ...finding } = mapBytes(bytes(eventText(members)), context);
  return finding;
}

/** Maps a system call with these output fields. */
export const mapFields = (output_fields: unknown) => mapMembers({ output_fields });

/** The paths of all leaves: `evidences[].process.name`. A map of strings is one leaf. */
export function* leafPaths(value: unknown, path = ""): Generator<string> {
  if (Array.isArray(value)) {
    for (const element of value) yield* leafPaths(element, `${path}[]`);
  } else if (typeof value === "object" && value !== null && path !== "unmapped") {
    for (const [key, member] of Object.entries(value)) {
      yield* leafPaths(member, path === "" ? key : `${path}.${key}`);
    }
  } else yield path;
}

/** An event of our own making with the finding it must become, `raw_data` aside. */
export interface Golden {
  readonly context: MappingContext;
  /** JSON text; line ends may stand between members. */
  readonly event: string;
  readonly finding: Omit<Finding, "raw_data">;
}
