import type { Details, Origin } from "./details.ts";
import type { Fields } from "./fields.ts";
import type {
  Actor,
  Api,
  ApiResponse,
  Authorization,
  Endpoint,
  Evidence,
  User,
  Writable,
} from "./finding.ts";
import { ipVersion } from "./ip.ts";
import { takeK8sResources } from "./k8s_resources.ts";
import { mapServiceCall } from "./service_call.ts";
import { takeTexts, textsOf } from "./texts.ts";
import { takeUrl } from "./url.ts";
import { addUserAgent } from "./user_agent.ts";

/** A request's URI, its parameters and its body, also as the json plugin prints that. */
const REQUEST = ["ka.uri", "ka.req.", "jevt.value[/requestObject"];

/** No verb or resource is this long; and what is made of some of them has to be a string_t. */
const LONGEST_WORD = 1000;

/**
 * Maps a request to the Kubernetes API: the fields of the k8saudit plugin's documentation. They are
 * from the audit event of the API server (kubernetes.io, audit.k8s.io/v1).
 */
export function mapK8sAudit(fields: Fields, { findingUid, minor }: Origin): Details {
  const details: Writable<Details> = {};
  const resource = wordOf(fields, "ka.target.resource");
  const operation = takeOperation(fields, resource);
  const resources = takeK8sResources(fields, resource);
  if (resources.length > 0) details.resources = resources;

  const evidence: Writable<Evidence> = {};
  const actor = takeActor(fields);
  if (actor !== undefined) evidence.actor = actor;
  const source = takeSource(fields);
  if (source !== undefined) evidence.src_endpoint = source;
  const url = takeUrl(fields, "ka.uri", minor);
  if (url !== undefined) evidence.url = url;
  const api = takeApi(fields, operation, findingUid); // last: it has what is left of the request
  if (api !== undefined) evidence.api = api;
  addUserAgent(evidence, fields, "ka.useragent", minor);
  if (Object.keys(evidence).length > 0) details.evidences = [evidence];
  return details;
}

/**
 * `create pods/exec`: Kubernetes' verb and resource. Without a verb, a subresource says what was
 * done as well, and is all that the official rules print of it: `pods/exec`.
 */
function takeOperation(fields: Fields, resource: string | undefined): string | undefined {
  const verb = wordOf(fields, "ka.verb");
  const subresource = wordOf(fields, "ka.target.subresource");
  if (verb === undefined && subresource === undefined) return undefined;
  const target = subresource === undefined
    ? resource
    : resource === undefined
    ? subresource
    : `${resource}/${subresource}`;
  if (verb !== undefined) fields.use("ka.verb");
  if (resource !== undefined) fields.use("ka.target.resource");
  if (subresource !== undefined) fields.use("ka.target.subresource");
  return [verb, target].filter((part) => part !== undefined).join(" ");
}

function wordOf(fields: Fields, name: string): string | undefined {
  const text = fields.text(name);
  return text === undefined || text.length > LONGEST_WORD ? undefined : text;
}

function takeApi(
  fields: Fields,
  operation: string | undefined,
  findingUid: string,
): Api | undefined {
  const response: Writable<ApiResponse> = {};
  const code = fields.takeId("ka.response.code");
  if (code !== undefined) response.code = code;
  const reason = fields.take("ka.response.reason");
  if (reason !== undefined) response.message = reason;
  return mapServiceCall({
    operation,
    service: "Kubernetes API",
    requestUid: fields.take("ka.auditid"),
    data: fields.restAsJson(...REQUEST),
    response,
  }, findingUid);
}

/** OCSF's actor needs a user, and that a name: without one, groups and decision stay unmapped. */
function takeActor(fields: Fields): Actor | undefined {
  const name = fields.take("ka.user.name");
  if (name === undefined) return undefined;
  const user: Writable<User> = { name };
  const groups = takeTexts(fields, "ka.user.groups");
  if (groups !== undefined) user.groups = groups.map((name) => ({ name }));
  const decision = fields.take("ka.auth.decision");
  if (decision === undefined) return { user };
  const authorization: Writable<Authorization> = { decision };
  const reason = fields.take("ka.auth.reason");
  if (reason !== undefined) authorization.policy = { name: reason };
  return { user, authorizations: [authorization] };
}

/** The client, and the proxies that the API server has its address from. */
function takeSource(fields: Fields): Endpoint | undefined {
  const [ip, ...proxies] = textsOf(fields, "ka.sourceips") ?? [];
  if (ip === undefined || !ipVersion(ip)) return undefined;
  if (!proxies.every((proxy) => ipVersion(proxy))) return { ip };
  fields.use("ka.sourceips");
  return proxies.length === 0 ? { ip } : { ip, intermediate_ips: proxies };
}
