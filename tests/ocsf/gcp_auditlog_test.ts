import assert from "node:assert/strict";
import type { OcsfVersion } from "../../src/ocsf/version.ts";
import { CLOUD, mapMembers, NO_CLOUD } from "./support.ts";

const mapGcp = (
  output_fields: Readonly<Record<string, unknown>>,
  ocsfVersion: OcsfVersion = "1.1.0",
) => mapMembers({ source: "gcp_auditlog", output_fields }, { ...NO_CLOUD, ocsfVersion });

Deno.test("a method of a Google service becomes an API call, its request data stays unmapped", () => {
  const data = {
    "gcp.request": `{"@type":"x"}`,
    "gcp.policyDelta": `[{"action":"ADD","member":"allUsers"}]`,
  };
  const { evidences, unmapped, finding_info } = mapGcp({
    "gcp.methodName": "storage.setIamPermissions",
    "gcp.serviceName": "storage.googleapis.com",
    ...data,
  });
  assert.deepEqual(evidences, [{
    api: {
      operation: "storage.setIamPermissions",
      service: { name: "storage.googleapis.com" },
      request: { uid: finding_info.uid, data: JSON.stringify(data) },
    },
  }]);
  assert.deepEqual(unmapped, data);
});

Deno.test("a service of which nothing else is known stays unmapped", () => {
  const { evidences, unmapped } = mapGcp({ "gcp.serviceName": "storage.googleapis.com" });
  assert.equal(evidences, undefined);
  assert.deepEqual(unmapped, { "gcp.serviceName": "storage.googleapis.com" });
});

Deno.test("the principal is the actor, by its address when it has one", () => {
  const userOf = (fields: Readonly<Record<string, unknown>>) => {
    const { evidences, unmapped } = mapGcp(fields);
    return [evidences?.[0]?.actor?.user, unmapped];
  };
  const email_addr = "ci@shop.iam.gserviceaccount.com";
  assert.deepEqual(userOf({ "gcp.user": email_addr }), [
    { name: email_addr, email_addr },
    undefined,
  ]);
  assert.deepEqual(userOf({ "gcp.principalEmail": "system" }), [{ name: "system" }, undefined]);
});

Deno.test("permissions become authorizations: granted, or denied when Google leaves that out", () => {
  const info = {
    "gcp.authorizationInfo":
      `[{"granted":true,"permission":"a.b.get","resource":"r"},{"permission":"a.b.set"}]`,
  };
  const { evidences, actor, unmapped } = mapGcp({ "gcp.user": "u", ...info });
  assert.deepEqual(evidences![0]!.actor, {
    user: { name: "u" },
    authorizations: [
      { decision: "granted", policy: { name: "a.b.get" } },
      { decision: "denied", policy: { name: "a.b.set" } },
    ],
  });
  assert.equal(actor, undefined); // there is no device, and so no host profile
  assert.deepEqual(unmapped, info); // for its resources
});

Deno.test("what is no list of permissions stays unmapped only", () => {
  for (
    const text of ["[", "{}", "null", "[]", "[null,1,[]]", `[{"permission":""}]`, `[{"granted":1}]`]
  ) {
    const info = { "gcp.authorizationInfo": text };
    const { evidences, unmapped } = mapGcp({ "gcp.user": "u", ...info });
    assert.deepEqual(evidences, [{ actor: { user: { name: "u" } } }], text);
    assert.deepEqual(unmapped, info);
  }
});

Deno.test("authorizations without a user are no evidence", () => {
  const info = { "gcp.authorizationInfo": `[{"granted":true,"permission":"a.b.get"}]` };
  const { evidences, unmapped } = mapGcp(info);
  assert.equal(evidences, undefined);
  assert.deepEqual(unmapped, info);
});

Deno.test("the caller is the source when it is an address", () => {
  const ipOf = (ip: string) => mapGcp({ "gcp.callerIP": ip }).evidences?.[0]?.src_endpoint;
  assert.deepEqual(ipOf("203.0.113.7"), { ip: "203.0.113.7" });
  assert.equal(ipOf("gce-internal-ip"), undefined);
  assert.deepEqual(mapGcp({ "gcp.callerIP": "private" }).unmapped, { "gcp.callerIP": "private" });
});

Deno.test("a user agent has a place since 1.4, beside other evidence", () => {
  const agent = { "gcp.userAgent": "gcloud/470" };
  const at = (ocsfVersion: OcsfVersion, fields = {}) => {
    const { evidences, unmapped } = mapGcp({ ...agent, ...fields }, ocsfVersion);
    return [evidences?.[0]?.http_request, unmapped];
  };
  const user = { "gcp.user": "u" };
  assert.deepEqual(at("1.3.0", user), [undefined, agent]);
  assert.deepEqual(at("1.4.0", user), [{ user_agent: "gcloud/470" }, undefined]);
  assert.deepEqual(at("1.4.0"), [undefined, agent]);
});

Deno.test("a Google event's cloud is Google's, with the project as account since 1.4", () => {
  const place = { "gcp.projectId": "shop", "gcp.location": "us-central1" };
  const cloud = { provider: "GCP", region: "us-central1" };
  assert.deepEqual(mapGcp(place, "1.3.0").cloud, { ...cloud, project_uid: "shop" });
  assert.deepEqual(mapGcp(place, "1.4.0").cloud, {
    ...cloud,
    account: { uid: "shop", type_id: 11, type: "GCP Project" },
  });
  assert.deepEqual(mapMembers({ source: "gcpaudit" }, CLOUD).cloud, { provider: "GCP" });
});

Deno.test("the project may be the label of the resource", () => {
  const { cloud, unmapped } = mapGcp({ "json.value[/resource/labels/project_id]": "shop" });
  assert.deepEqual([cloud, unmapped], [{ provider: "GCP", project_uid: "shop" }, undefined]);
});

Deno.test("a location that the plugin cut with its quotation mark stays unmapped", () => {
  const location = { "gcp.location": `"us-central1-` };
  const { cloud, unmapped } = mapGcp(location);
  assert.deepEqual([cloud, unmapped], [{ provider: "GCP" }, location]);
});

Deno.test("what a Google event names becomes resources of Google's asset types", () => {
  const { resources, unmapped } = mapGcp({
    "gcp.storage.bucket": "b",
    "gcp.cloudsql.databaseId": "shop:db1",
    "gcp.resourceName": "projects/_/buckets/b",
    "gcp.resourceType": "gcs_bucket",
    "gcp.compute.subnetwork": "default",
    "gcp.compute.subnetworkId": "42",
    "json.value[/resource/labels/key_ring_id]": "ring",
    "gcp.iam.serviceAccountId": "43",
  });
  assert.deepEqual(resources, [
    { type: "gcs_bucket", name: "projects/_/buckets/b" },
    { type: "compute.googleapis.com/Subnetwork", name: "default", uid: "42" },
    { type: "iam.googleapis.com/ServiceAccount", uid: "43" },
    { type: "storage.googleapis.com/Bucket", name: "b" },
    { type: "sqladmin.googleapis.com/Instance", uid: "shop:db1" },
    { type: "cloudkms.googleapis.com/KeyRing", uid: "ring" },
  ]);
  assert.equal(unmapped, undefined);
  assert.deepEqual(mapGcp({ "gcp.resourceName": "projects/p" }).resources, [
    { type: "GCP resource", name: "projects/p" },
  ]);
});
