import assert from "node:assert/strict";
import type { OcsfVersion } from "../../src/ocsf/version.ts";
import { OCSF_VERSIONS } from "../../src/ocsf/version.ts";
import { loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";
import { OKTA_EVENTS } from "./full_events_k8s_okta.ts";
import { bytes, mapBytes, mapMembers, NO_CLOUD } from "./support.ts";

/** Maps an event of Okta with these output fields: what the mapper finds, and what it leaves. */
function map(output_fields: Readonly<Record<string, unknown>>, ocsfVersion: OcsfVersion = "1.1.0") {
  const context = { ...NO_CLOUD, ocsfVersion };
  const { evidences, resources, unmapped } = mapMembers({ source: "okta", output_fields }, context);
  return { evidence: evidences?.[0], resources, unmapped };
}

Deno.test("the event type is the call, and the transaction its request", () => {
  const { evidence, unmapped } = map({
    "okta.evt.type": "user.session.start",
    "okta.transaction.id": "YxW1",
  });
  assert.deepEqual(evidence, {
    api: {
      operation: "user.session.start",
      service: { name: "Okta" },
      request: { uid: "YxW1" },
    },
  });
  assert.equal(unmapped, undefined);
});

const responseOf = (fields: Readonly<Record<string, unknown>>) => {
  const { evidence, unmapped } = map(fields);
  return { response: evidence?.api?.response, unmapped };
};

Deno.test("a failure is the response's error, its reason the message", () => {
  for (const result of ["FAILURE", "DENY"]) {
    assert.deepEqual(responseOf({ "okta.result": result, "okta.reason": "INVALID_CREDENTIALS" }), {
      response: { message: "INVALID_CREDENTIALS", error: result },
      unmapped: undefined,
    });
  }
});

Deno.test("another result is the message when there is no reason, otherwise unmapped", () => {
  assert.deepEqual(responseOf({ "okta.result": "SUCCESS" }), {
    response: { message: "SUCCESS" },
    unmapped: undefined,
  });
  assert.deepEqual(responseOf({ "okta.result": "CHALLENGE", "okta.reason": "MFA" }), {
    response: { message: "MFA" },
    unmapped: { "okta.result": "CHALLENGE" },
  });
});

Deno.test("an event whose type is not printed is an Unknown call", () => {
  assert.equal(map({ "okta.reason": "r" }).evidence?.api?.operation, "Unknown");
});

Deno.test("the actor has a name, an id, a login, Okta's type and the organization", () => {
  const { evidence, unmapped } = map({
    "okta.actor.name": "Alice Doe",
    "okta.actor.id": "00u1",
    "okta.actor.alternateid": "alice@example.com",
    "okta.actor.Type": "User",
    "okta.org": "example",
  });
  assert.deepEqual(evidence, {
    actor: {
      user: {
        name: "Alice Doe",
        uid: "00u1",
        email_addr: "alice@example.com",
        type_id: 99,
        type: "User",
        org: { name: "example" },
      },
    },
  });
  assert.equal(unmapped, undefined);
});

Deno.test("a login that is no e-mail address by OCSF 1.1 is another id", () => {
  for (const login of ["alice", "system@okta", "a!b@example.com"]) {
    const { evidence, unmapped } = map({
      "okta.actor.id": "00u1",
      "okta.actor.alternateid": login,
    });
    assert.deepEqual(evidence?.actor?.user, { uid: "00u1", uid_alt: login });
    assert.equal(unmapped, undefined);
  }
});

Deno.test("an actor known only by the login has that as its name", () => {
  assert.deepEqual(map({ "okta.actor.alternateid": "alice@example.com" }).evidence?.actor?.user, {
    name: "alice@example.com",
    email_addr: "alice@example.com",
  });
});

Deno.test("type and organization of nobody stay unmapped", () => {
  const fields = { "okta.actor.Type": "User", "okta.org": "example" };
  assert.deepEqual(map(fields), { evidence: undefined, resources: undefined, unmapped: fields });
});

Deno.test("the client has an address and a place", () => {
  const { evidence, unmapped } = map({
    "okta.client.ip": "203.0.113.7",
    "okta.client.geo.country": "Germany",
    "okta.client.geo.state": "Hesse",
    "okta.client.geo.city": "Kassel",
    "okta.client.geo.postalcode": 34117,
  });
  assert.deepEqual(evidence, {
    src_endpoint: {
      ip: "203.0.113.7",
      location: { country: "DE", city: "Kassel", postal_code: "34117" },
    },
  });
  assert.deepEqual(unmapped, { "okta.client.geo.state": "Hesse" });
  assert.deepEqual(map({ "okta.client.ip": "203.0.113.7" }).evidence, {
    src_endpoint: { ip: "203.0.113.7" },
  });
});

Deno.test("countries are ISO codes, of their names or themselves; what is neither stays unmapped", () => {
  const locate = (country: string) => {
    const { evidence, unmapped } = map({
      "okta.client.ip": "203.0.113.7",
      "okta.client.geo.country": country,
      "okta.client.geo.state": "US-CA",
    });
    return [evidence?.src_endpoint?.location, unmapped];
  };
  assert.deepEqual(locate("United States"), [{ country: "US", region: "US-CA" }, undefined]);
  assert.deepEqual(locate("US"), [{ country: "US", region: "US-CA" }, undefined]);
  const other = { "okta.client.geo.country": "Atlantis" };
  assert.deepEqual(locate("Atlantis"), [{ region: "US-CA" }, other]);
});

Deno.test("a client that is no address stays unmapped, with its place", () => {
  const fields = { "okta.client.ip": "unknown", "okta.client.geo.country": "Germany" };
  assert.deepEqual(map(fields), { evidence: undefined, resources: undefined, unmapped: fields });
});

Deno.test("the request's URI is a URL since 1.3, its user agent is told since 1.4", () => {
  const uri = { "okta.requesturi": "/api/v1/authn?x=1" };
  const agent = { "okta.useragent.raw": "curl/8.0" };
  const fields = { "okta.evt.type": "t", ...uri, ...agent };
  assert.deepEqual(map(fields, "1.2.0").unmapped, { ...uri, ...agent });
  assert.deepEqual(map(fields, "1.3.0").unmapped, agent);
  const { evidence, unmapped } = map(fields, "1.4.0");
  assert.deepEqual(evidence?.url, { path: "/api/v1/authn", query_string: "x=1" });
  assert.deepEqual(evidence?.http_request, { user_agent: "curl/8.0" });
  assert.equal(unmapped, undefined);
});

Deno.test("target user, group and app are resources", () => {
  const { evidence, resources, unmapped } = map({
    "okta.target.user.name": "Bob Roe",
    "okta.target.user.id": "00u2",
    "okta.target.group.name": "Admins",
    "okta.target.group.id": "00g1",
    "okta.target.app.alternateid": "Salesforce",
  });
  assert.deepEqual(resources, [
    { type: "okta.user", name: "Bob Roe", uid: "00u2" },
    { type: "okta.group", name: "Admins", uid: "00g1" },
    { type: "okta.app", name: "Salesforce" },
  ]);
  assert.equal(evidence, undefined);
  assert.equal(unmapped, undefined);
});

Deno.test("a target's alternate id is its name only when it has no other", () => {
  const login = { "okta.target.user.alternateid": "bob@example.com" };
  assert.deepEqual(map(login).resources, [{ type: "okta.user", name: "bob@example.com" }]);
  const named = map({ "okta.target.user.name": "Bob Roe", ...login });
  assert.deepEqual(named.resources, [{ type: "okta.user", name: "Bob Roe" }]);
  assert.deepEqual(named.unmapped, login);
});

Deno.test("the app of the URI is a resource when no target app is printed", () => {
  assert.deepEqual(map({ "okta.app": "google" }).resources, [{ type: "okta.app", name: "google" }]);
  const both = map({ "okta.app": "google", "okta.target.app.alternateid": "Google Workspace" });
  assert.deepEqual(both.resources, [{ type: "okta.app", name: "Google Workspace" }]);
  assert.deepEqual(both.unmapped, { "okta.app": "google" });
});

Deno.test("counts of past events stay unmapped", () => {
  const { evidence, unmapped } = map({
    "okta.evt.type": "user.mfa.okta_verify.deny_push",
    "okta.mfa.deny.countlast[300]": 7,
  });
  assert.equal(evidence?.api?.request, undefined);
  assert.deepEqual(unmapped, { "okta.mfa.deny.countlast[300]": "7" });
});

testUnless(NO_SHARED, "the full events of okta are valid at every version", async () => {
  const validate = await loadValidator();
  for (const ocsfVersion of OCSF_VERSIONS) {
    for (const text of OKTA_EVENTS) {
      assert.deepEqual(validate(mapBytes(bytes(text), { ...NO_CLOUD, ocsfVersion })), []);
    }
  }
});

Deno.test("how often MFA failed is data of the evidence, and unmapped as well", () => {
  const { evidences, unmapped } = mapMembers({
    source: "okta",
    output_fields: { "okta.actor.name": "n", "okta.mfa.failure.countlast[300]": 5 },
  });
  assert.equal(evidences?.[0]?.data, `{"okta.mfa.failure.countlast[300]":"5"}`);
  assert.deepEqual(unmapped, { "okta.mfa.failure.countlast[300]": "5" });
});
