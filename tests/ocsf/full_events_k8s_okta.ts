/** Events that fill every attribute that the mappers of k8s_audit and okta write. */
import { eventText } from "./support.ts";

/** A pod created through a proxy, with a reason that only a refusal has. */
const POD = eventText({
  source: "k8s_audit",
  hostname: "h",
  output_fields: {
    ...{ "ka.auditid": "a", "ka.verb": "create", "ka.uri": "/api/v1/pods?dryRun=All" },
    ...{ "ka.user.name": "u", "ka.user.groups": ["g"], "ka.useragent": "kubectl/v1.31.0" },
    ...{ "ka.auth.decision": "forbid", "ka.auth.reason": "r", "ka.sourceips": "(10.0.0.1,::1)" },
    ...{ "ka.target.resource": "pods", "ka.target.namespace": "n", "ka.target.name": "p" },
    ...{ "ka.req.pod.containers.image": "(i)", "ka.req.pod.host_network": "true" },
    ...{ "ka.response.code": "403", "ka.response.reason": "Forbidden", "ka.stage": "s" },
  },
});

const LOGIN = eventText({
  source: "okta",
  hostname: "h",
  output_fields: {
    ...{ "okta.evt.type": "user.session.start", "okta.transaction.id": "t", "okta.org": "o" },
    ...{ "okta.actor.name": "n", "okta.actor.id": "i", "okta.actor.Type": "User" },
    ...{ "okta.actor.alternateid": "a@example.com", "okta.useragent.raw": "curl/8.0" },
    ...{ "okta.client.ip": "10.0.0.1", "okta.client.geo.country": "Germany" },
    ...{ "okta.client.geo.state": "DE-HE", "okta.client.geo.city": "Kassel" },
    ...{ "okta.client.geo.postalcode": "34117", "okta.requesturi": "/api/v1/authn?x=1" },
    ...{ "okta.result": "FAILURE", "okta.reason": "INVALID_CREDENTIALS" },
    ...{ "okta.target.user.name": "v", "okta.target.user.id": "j", "okta.severity": "WARN" },
    "okta.mfa.failure.countlast[300]": 5,
  },
});

/** By somebody whose login is no e-mail address. */
const BY_SYSTEM = eventText({
  source: "okta",
  hostname: "h",
  output_fields: { "okta.actor.id": "i", "okta.actor.alternateid": "system@okta" },
});

export const K8S_AUDIT_EVENTS: readonly string[] = [POD];
export const OKTA_EVENTS: readonly string[] = [LOGIN, BY_SYSTEM];
