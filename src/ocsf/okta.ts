import { countryCode } from "./country.ts";
import type { Details, Origin } from "./details.ts";
import { isEmail } from "./email.ts";
import type { Fields } from "./fields.ts";
import type {
  Api,
  ApiResponse,
  Endpoint,
  Evidence,
  Location,
  Resource,
  User,
  Writable,
} from "./finding.ts";
import { ipVersion } from "./ip.ts";
import { takePaired } from "./paired_resource.ts";
import { mapServiceCall } from "./service_call.ts";
import { takeUrl } from "./url.ts";
import { addUserAgent } from "./user_agent.ts";

const SUBDIVISION = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;

/** The results of Okta's System Log that are errors. */
const ERRORS = new Set(["FAILURE", "DENY"]);

/** Maps an event of Okta's System Log: the fields of the okta plugin's documentation. */
export function mapOkta(fields: Fields, { findingUid, minor }: Origin): Details {
  const details: Writable<Details> = {};
  const resources = takeTargets(fields);
  if (resources.length > 0) details.resources = resources;

  const evidence: Writable<Evidence> = {};
  const api = takeApi(fields, findingUid);
  if (api !== undefined) evidence.api = api;
  const user = takeUser(fields);
  if (user !== undefined) evidence.actor = { user };
  const source = takeSource(fields);
  if (source !== undefined) evidence.src_endpoint = source;
  const url = takeUrl(fields, "okta.requesturi", minor);
  if (url !== undefined) evidence.url = url;
  const counts = fields.restAsJson("okta.mfa.");
  if (counts !== undefined) evidence.data = counts;
  addUserAgent(evidence, fields, "okta.useragent.raw", minor);
  if (Object.keys(evidence).length > 0) details.evidences = [evidence];
  return details;
}

function takeApi(fields: Fields, findingUid: string): Api | undefined {
  return mapServiceCall({
    operation: fields.take("okta.evt.type"),
    service: "Okta",
    // Of a request to Okta, the transaction's id is the request's.
    requestUid: fields.take("okta.transaction.id"),
    data: undefined,
    response: takeResponse(fields),
  }, findingUid);
}

/** The outcome: a result such as `FAILURE`, and for some of them a reason. */
function takeResponse(fields: Fields): ApiResponse {
  const response: Writable<ApiResponse> = {};
  const reason = fields.take("okta.reason");
  if (reason !== undefined) response.message = reason;
  const result = fields.text("okta.result");
  if (result === undefined) return response;
  if (ERRORS.has(result)) response.error = result;
  else if (reason === undefined) response.message = result;
  else return response;
  fields.use("okta.result");
  return response;
}

/** The alternate id is what the user logs in with. OCSF's user needs a name or a uid. */
function takeUser(fields: Fields): User | undefined {
  const uid = fields.take("okta.actor.id");
  const login = fields.take("okta.actor.alternateid");
  const name = fields.take("okta.actor.name") ?? (uid === undefined ? login : undefined);
  if (name === undefined && uid === undefined) return undefined;
  const user: Writable<User> = {};
  if (name !== undefined) user.name = name;
  if (uid !== undefined) user.uid = uid;
  if (login !== undefined) {
    if (isEmail(login)) user.email_addr = login;
    else user.uid_alt = login;
  }
  const type = fields.take("okta.actor.Type");
  if (type !== undefined) {
    user.type_id = 99;
    user.type = type;
  }
  const org = fields.take("okta.org");
  if (org !== undefined) user.org = { name: org };
  return user;
}

/** OCSF's network_endpoint needs an address: without one, the place stays unmapped. */
function takeSource(fields: Fields): Endpoint | undefined {
  const ip = fields.text("okta.client.ip");
  if (ip === undefined || !ipVersion(ip)) return undefined;
  fields.use("okta.client.ip");
  const location: Writable<Location> = {};
  const country = countryCode(fields.text("okta.client.geo.country") ?? "");
  if (country !== undefined) {
    fields.use("okta.client.geo.country");
    location.country = country;
  }
  // Its name, where OCSF's region is a code (ISO 3166-2): "Hesse" stays unmapped.
  const region = fields.text("okta.client.geo.state");
  if (region !== undefined && SUBDIVISION.test(region)) {
    fields.use("okta.client.geo.state");
    location.region = region;
  }
  const city = fields.take("okta.client.geo.city");
  if (city !== undefined) location.city = city;
  const postalCode = fields.take("okta.client.geo.postalcode");
  if (postalCode !== undefined) location.postal_code = postalCode;
  return Object.keys(location).length > 0 ? { ip, location } : { ip };
}

/** What the event is about. Of an app there is no name: its alternate id, or that in the URI. */
function takeTargets(fields: Fields): Resource[] {
  const app = fields.take("okta.target.app.alternateid") ?? fields.take("okta.app");
  return [
    ...takeTarget(fields, "user"),
    ...takeTarget(fields, "group"),
    ...(app === undefined ? [] : [{ type: "okta.app", name: app }]),
  ];
}

function takeTarget(fields: Fields, kind: "user" | "group"): Resource[] {
  const target = `okta.target.${kind}`;
  const hasName = fields.text(`${target}.name`) !== undefined;
  const name = hasName ? `${target}.name` : `${target}.alternateid`;
  return takePaired(fields, `okta.${kind}`, name, `${target}.id`);
}
