import type { Details, Origin } from "./details.ts";
import { isEmail } from "./email.ts";
import type { Fields } from "./fields.ts";
import type {
  Actor,
  Api,
  Authorization,
  Cloud,
  Evidence,
  Resource,
  User,
  Writable,
} from "./finding.ts";
import { ipVersion } from "./ip.ts";
import { type NamedResource, takeResources } from "./named_resources.ts";
import { takePaired } from "./paired_resource.ts";
import { mapServiceCall } from "./service_call.ts";
import { addUserAgent } from "./user_agent.ts";

/** A label of the log entry's resource, as rules ask the json plugin for it. */
const label = (name: string): string => `json.value[/resource/labels/${name}]`;

/** The fields that name one thing each, with the type that Cloud Asset Inventory has for it. */
const RESOURCES: readonly NamedResource[] = [
  { field: "gcp.storage.bucket", type: "storage.googleapis.com/Bucket", as: "name" },
  { field: label("bucket_name"), type: "storage.googleapis.com/Bucket", as: "name" },
  { field: "gcp.cloudsql.databaseId", type: "sqladmin.googleapis.com/Instance", as: "uid" },
  {
    field: "gcp.cloudfunctions.function",
    type: "cloudfunctions.googleapis.com/CloudFunction",
    as: "name",
  },
  { field: "gcp.compute.instanceId", type: "compute.googleapis.com/Instance", as: "uid" },
  { field: "gcp.compute.networkId", type: "compute.googleapis.com/Network", as: "uid" },
  { field: "gcp.dns.zone", type: "dns.googleapis.com/ManagedZone", as: "name" },
  { field: "gcp.logging.sink", type: "logging.googleapis.com/LogSink", as: "name" },
  { field: label("policy_name"), type: "compute.googleapis.com/SecurityPolicy", as: "name" },
  { field: label("crypto_key_id"), type: "cloudkms.googleapis.com/CryptoKey", as: "uid" },
  { field: label("key_ring_id"), type: "cloudkms.googleapis.com/KeyRing", as: "uid" },
  { field: label("dataset_id"), type: "bigquery.googleapis.com/Dataset", as: "uid" },
];

/** A region, a zone or a continent. */
const LOCATION = /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/;

/** Maps an entry of Google Cloud's audit logs: the fields of the gcpaudit plugin. */
export function mapGcpAuditLog(fields: Fields, { findingUid, minor }: Origin): Details {
  const details: Writable<Details> = { cloud: mapPlace(fields, minor) };
  const resources = mapResources(fields);
  if (resources.length > 0) details.resources = resources;

  const evidence: Writable<Evidence> = {};
  const api = mapApi(fields, findingUid);
  if (api !== undefined) evidence.api = api;
  const actor = mapActor(fields);
  if (actor !== undefined) evidence.actor = actor;
  const ip = fields.text("gcp.callerIP");
  if (ip !== undefined && ipVersion(ip)) { // or "private", "gce-internal-ip"
    fields.use("gcp.callerIP");
    evidence.src_endpoint = { ip };
  }
  addUserAgent(evidence, fields, "gcp.userAgent", minor);
  if (Object.keys(evidence).length > 0) details.evidences = [evidence];
  return details;
}

function mapApi(fields: Fields, findingUid: string): Api | undefined {
  const service = fields.text("gcp.serviceName");
  const api = mapServiceCall({
    operation: fields.take("gcp.methodName"),
    service,
    requestUid: undefined,
    data: fields.restAsJson("gcp.request", "gcp.policyDelta"),
    response: {},
  }, findingUid);
  if (api?.service !== undefined) fields.use("gcp.serviceName");
  return api;
}

/** OCSF accepts no actor with authorizations only: without a user they stay unmapped. */
function mapActor(fields: Fields): Actor | undefined {
  const name = fields.take("gcp.user") ?? fields.take("gcp.principalEmail");
  if (name === undefined) return undefined;
  const user: User = isEmail(name) ? { name, email_addr: name } : { name };
  const text = fields.text("gcp.authorizationInfo");
  const authorizations = text === undefined ? [] : authorizationsOf(text);
  // The field stays unmapped as well, for it also says on which resource.
  return authorizations.length > 0 ? { user, authorizations } : { user };
}

/** One for each permission that was needed; Google leaves `granted` out when it was not. */
function authorizationsOf(json: string): Authorization[] {
  return elementsOf(json).flatMap((element) => {
    if (typeof element !== "object" || element === null || !("permission" in element)) return [];
    const { permission } = element;
    if (typeof permission !== "string" || permission === "") return [];
    const isGranted = "granted" in element && element.granted === true;
    return [{
      decision: isGranted ? "granted" : "denied",
      policy: { name: permission.toWellFormed() },
    }];
  });
}

/** The elements of a JSON list; none of any other text. */
function elementsOf(json: string): unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function mapPlace(fields: Fields, minor: number): Cloud {
  const cloud: Writable<Cloud> = { provider: "GCP" };
  const location = fields.text("gcp.location");
  // What the plugin cuts out of a zone can have a quotation mark left.
  if (location !== undefined && LOCATION.test(location)) {
    fields.use("gcp.location");
    cloud.region = location;
  }
  const project = fields.take("gcp.projectId") ?? fields.take(label("project_id"));
  if (project !== undefined) {
    if (minor < 4) cloud.project_uid = project;
    else cloud.account = { uid: project, type_id: 11, type: "GCP Project" };
  }
  return cloud;
}

function mapResources(fields: Fields): Resource[] {
  const name = fields.take("gcp.resourceName");
  const type = name && fields.take("gcp.resourceType");
  return [
    ...(name === undefined ? [] : [{ type: type ?? "GCP resource", name }]),
    ...takePaired(
      fields,
      "compute.googleapis.com/Subnetwork",
      "gcp.compute.subnetwork",
      "gcp.compute.subnetworkId",
    ),
    ...takePaired(
      fields,
      "iam.googleapis.com/ServiceAccount",
      "gcp.iam.serviceAccount",
      "gcp.iam.serviceAccountId",
    ),
    ...takeResources(fields, RESOURCES),
  ];
}
