import assert from "node:assert/strict";
import type { OcsfVersion } from "../../src/ocsf/version.ts";
import { OCSF_VERSIONS } from "../../src/ocsf/version.ts";
import { loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";
import { K8S_AUDIT_EVENTS } from "./full_events_k8s_okta.ts";
import { bytes, mapBytes, mapMembers, NO_CLOUD } from "./support.ts";

/** Maps an audit event with these output fields: what the mapper finds, and what it leaves. */
function map(output_fields: Readonly<Record<string, unknown>>, ocsfVersion: OcsfVersion = "1.1.0") {
  const context = { ...NO_CLOUD, ocsfVersion };
  const { evidences, resources, unmapped } = mapMembers(
    { source: "k8s_audit", output_fields },
    context,
  );
  return { evidence: evidences?.[0], resources, unmapped };
}

const operationOf = (fields: Readonly<Record<string, unknown>>) =>
  map(fields).evidence?.api?.operation;

Deno.test("a create of pods/exec becomes the call create pods/exec of the Kubernetes API", () => {
  const { evidence, unmapped } = map({
    "ka.verb": "create",
    "ka.target.resource": "pods",
    "ka.target.subresource": "exec",
  });
  assert.deepEqual(evidence, {
    api: { operation: "create pods/exec", service: { name: "Kubernetes API" } },
  });
  assert.equal(unmapped, undefined);
});

Deno.test("the verb alone is the operation of a request that is about no resource", () => {
  assert.equal(operationOf({ "ka.verb": "get" }), "get");
  assert.equal(operationOf({ "ka.verb": "list", "ka.target.resource": "pods" }), "list pods");
});

Deno.test("without a verb a subresource is the operation, and a resource is none", () => {
  const exec = { "ka.target.resource": "pods", "ka.target.subresource": "exec" };
  assert.equal(operationOf(exec), "pods/exec");
  assert.equal(operationOf({ "ka.target.subresource": "portforward" }), "portforward");
  assert.deepEqual(map({ "ka.target.resource": "pods" }), {
    evidence: undefined,
    resources: undefined,
    unmapped: { "ka.target.resource": "pods" },
  });
});

Deno.test("an operation that nothing tells is Unknown", () => {
  assert.deepEqual(map({ "ka.response.code": "201" }).evidence?.api, {
    operation: "Unknown",
    service: { name: "Kubernetes API" },
    response: { code: 201 },
  });
});

Deno.test("a verb or a resource too long for one stays unmapped", () => {
  const long = "a".repeat(60_000);
  const { evidence, resources, unmapped } = map({
    "ka.verb": long,
    "ka.target.resource": long,
    "ka.target.subresource": long,
    "ka.target.name": "web",
  });
  assert.equal(evidence, undefined);
  assert.deepEqual(resources, [{ name: "web" }]);
  assert.deepEqual(Object.keys(unmapped ?? {}), [
    "ka.verb",
    "ka.target.resource",
    "ka.target.subresource",
  ]);
});

Deno.test("audit id, response code and reason become the call's request and response", () => {
  const { evidence, unmapped } = map({
    "ka.auditid": "f0",
    "ka.verb": "get",
    "ka.response.code": 403,
    "ka.response.reason": "Forbidden",
  });
  assert.deepEqual(evidence?.api?.request, { uid: "f0" });
  assert.deepEqual(evidence?.api?.response, { code: 403, message: "Forbidden" });
  assert.equal(unmapped, undefined);
});

Deno.test("a response code that is no integer_t stays unmapped", () => {
  const { evidence, unmapped } = map({ "ka.verb": "get", "ka.response.code": "4294967296" });
  assert.equal(evidence?.api?.response, undefined);
  assert.deepEqual(unmapped, { "ka.response.code": "4294967296" });
});

Deno.test("a service account stays one name, and its groups are told whichever way written", () => {
  const name = "system:serviceaccount:shop:web";
  const groups = [{ name: "system:serviceaccounts" }, { name: "system:authenticated" }];
  const written = ["system:serviceaccounts", "system:authenticated"];
  for (const value of [written, `(${written})`, `${written}`, written.join(", ")]) {
    const { evidence, unmapped } = map({ "ka.user.name": name, "ka.user.groups": value });
    assert.deepEqual(evidence, { actor: { user: { name, groups } } });
    assert.equal(unmapped, undefined);
  }
});

Deno.test("groups that are no list of names stay unmapped", () => {
  for (const groups of ["()", "(a,,b)", "[1]"]) {
    const value = groups === "[1]" ? [1] : groups;
    const { evidence, unmapped } = map({ "ka.user.name": "u", "ka.user.groups": value });
    assert.deepEqual(evidence?.actor, { user: { name: "u" } });
    assert.deepEqual(unmapped, { "ka.user.groups": groups });
  }
});

Deno.test("the decision and its reason become an authorization of the actor", () => {
  const reason = 'RBAC: allowed by ClusterRoleBinding "cluster-admin"';
  const { evidence, unmapped } = map({
    "ka.user.name": "u",
    "ka.auth.decision": "allow",
    "ka.auth.reason": reason,
  });
  assert.deepEqual(evidence?.actor?.authorizations, [
    { decision: "allow", policy: { name: reason } },
  ]);
  assert.equal(unmapped, undefined);
});

Deno.test("a reason without a decision, and a decision about nobody, stay unmapped", () => {
  const reason = { "ka.auth.reason": "r" };
  const withUser = map({ "ka.user.name": "u", ...reason });
  assert.equal(withUser.evidence?.actor?.authorizations, undefined);
  assert.deepEqual(withUser.unmapped, reason);
  const decision = { "ka.auth.decision": "allow", ...reason, "ka.user.groups": "(g)" };
  assert.deepEqual(map(decision), {
    evidence: undefined,
    resources: undefined,
    unmapped: decision,
  });
});

Deno.test("the first source address is the client, those after it are proxies", () => {
  for (const value of [["10.0.0.1", "fd00::1"], "(10.0.0.1,fd00::1)", "10.0.0.1,fd00::1"]) {
    const { evidence, unmapped } = map({ "ka.sourceips": value });
    assert.deepEqual(evidence, {
      src_endpoint: { ip: "10.0.0.1", intermediate_ips: ["fd00::1"] },
    });
    assert.equal(unmapped, undefined);
  }
  assert.deepEqual(map({ "ka.sourceips": "10.0.0.1" }).evidence, {
    src_endpoint: { ip: "10.0.0.1" },
  });
});

Deno.test("what is no address among the source addresses keeps them unmapped", () => {
  const second = map({ "ka.sourceips": "(10.0.0.1,unknown)" });
  assert.deepEqual(second.evidence, { src_endpoint: { ip: "10.0.0.1" } });
  assert.deepEqual(second.unmapped, { "ka.sourceips": "(10.0.0.1,unknown)" });
  const first = map({ "ka.sourceips": "(unknown,10.0.0.1)" });
  assert.equal(first.evidence, undefined);
  assert.deepEqual(first.unmapped, { "ka.sourceips": "(unknown,10.0.0.1)" });
});

Deno.test("the URI is a URL since 1.3, and only part of the request's data before", () => {
  const uri = "/api/v1/namespaces/shop/secrets?limit=500&x=?";
  const fields = { "ka.verb": "list", "ka.uri": uri };
  const before = map(fields, "1.2.0");
  assert.equal(before.evidence?.url, undefined);
  assert.deepEqual(before.evidence?.api?.request?.data, JSON.stringify({ "ka.uri": uri }));
  assert.deepEqual(before.unmapped, { "ka.uri": uri });
  const since = map(fields, "1.3.0");
  assert.deepEqual(since.evidence?.url, {
    path: "/api/v1/namespaces/shop/secrets",
    query_string: "limit=500&x=?",
  });
  assert.equal(since.evidence?.api?.request, undefined);
  assert.equal(since.unmapped, undefined);
});

Deno.test("a URI without a query, and one that is no path", () => {
  assert.deepEqual(map({ "ka.uri": "/version?" }, "1.3.0").evidence?.url, { path: "/version" });
  assert.deepEqual(map({ "ka.uri": "/version" }, "1.3.0").evidence?.url, { path: "/version" });
  const noPath = map({ "ka.uri": "?x=1" }, "1.3.0");
  assert.equal(noPath.evidence?.url, undefined);
  assert.deepEqual(noPath.unmapped, { "ka.uri": "?x=1" });
});

Deno.test("the user agent is the HTTP request's since 1.4, and unmapped before", () => {
  const fields = { "ka.verb": "get", "ka.useragent": "kubectl/v1.31.0" };
  const before = map(fields, "1.3.0");
  assert.equal(before.evidence?.http_request, undefined);
  assert.deepEqual(before.unmapped, { "ka.useragent": "kubectl/v1.31.0" });
  const since = map(fields, "1.4.0");
  assert.deepEqual(since.evidence?.http_request, { user_agent: "kubectl/v1.31.0" });
  assert.equal(since.unmapped, undefined);
});

Deno.test("a user agent alone is no evidence", () => {
  const { evidence, unmapped } = map({ "ka.useragent": "curl" }, "1.8.0");
  assert.equal(evidence, undefined);
  assert.deepEqual(unmapped, { "ka.useragent": "curl" });
});

Deno.test("the object of the request is the first resource", () => {
  const { resources, unmapped } = map({
    "ka.verb": "delete",
    "ka.target.resource": "secrets",
    "ka.target.namespace": "shop",
    "ka.target.name": "db",
  });
  assert.deepEqual(resources, [{ type: "k8s.secrets", name: "db", namespace: "shop" }]);
  assert.equal(unmapped, undefined);
});

Deno.test("an object whose resource is not printed has no type, unless its name implies it", () => {
  const typeOf = (field: string) => {
    const { resources, unmapped } = map({ [field]: "x" });
    assert.equal(unmapped, undefined);
    return resources?.[0];
  };
  assert.deepEqual(typeOf("ka.target.name"), { name: "x" });
  assert.deepEqual(typeOf("ka.resp.name"), { name: "x" });
  assert.deepEqual(typeOf("ka.target.pod.name"), { name: "x", type: "k8s.pods" });
  assert.deepEqual(typeOf("ka.req.configmap.name"), { name: "x", type: "k8s.configmaps" });
});

Deno.test("the response names the object when the request does not, or names the same", () => {
  const pods = { "ka.target.resource": "pods" };
  const pod = (name: string) => [{ type: "k8s.pods", name }];
  assert.deepEqual(map({ ...pods, "ka.resp.name": "web-1" }).resources, pod("web-1"));
  const same = map({ ...pods, "ka.target.name": "web", "ka.resp.name": "web" });
  assert.deepEqual([same.resources, same.unmapped], [pod("web"), undefined]);
  const other = map({ ...pods, "ka.target.name": "web", "ka.resp.name": "web-1" });
  assert.deepEqual([other.resources, other.unmapped], [pod("web"), { "ka.resp.name": "web-1" }]);
});

Deno.test("a namespace without an object is a resource of its own", () => {
  const { resources, unmapped } = map({
    "ka.verb": "list",
    "ka.target.resource": "pods",
    "ka.target.namespace": "shop",
  });
  assert.deepEqual(resources, [{ type: "k8s.namespaces", name: "shop" }]);
  assert.equal(unmapped, undefined);
});

Deno.test("the role that a binding binds is a further resource", () => {
  const typeOf = (resource: string) =>
    map({ "ka.target.resource": resource, "ka.target.name": "b", "ka.req.binding.role": "edit" })
      .resources?.[1];
  assert.deepEqual(typeOf("clusterrolebindings"), { type: "k8s.clusterroles", name: "edit" });
  // Which of the two a RoleBinding binds, its event does not say.
  assert.deepEqual(typeOf("rolebindings"), { type: "k8s role", name: "edit" });
});

Deno.test("every image of a pod's containers is a resource", () => {
  const { evidence, resources, unmapped } = map({
    "ka.req.pod.containers.image": "(nginx:1.27,envoy,envoy)",
    "ka.req.pod.initContainers.image": ["busybox", "envoy"],
    "ka.req.pod.ephemeralContainers.image": "(debug)",
    "jevt.value[/requestObject/ephemeralContainers/0/image]": "alpine",
  });
  const image = (name: string) => ({ type: "container image", name });
  assert.deepEqual(resources, ["nginx:1.27", "envoy", "busybox", "debug", "alpine"].map(image));
  assert.equal(evidence, undefined);
  assert.equal(unmapped, undefined);
});

Deno.test("images that another field has named already stay unmapped", () => {
  const again = { "ka.req.pod.initContainers.image": "(nginx)", "ka.req.container.image": "nginx" };
  const { resources, unmapped } = map({ "ka.req.pod.containers.image": "(nginx)", ...again });
  assert.deepEqual(resources, [{ type: "container image", name: "nginx" }]);
  assert.deepEqual(unmapped, again);
});

Deno.test("the rest of the request is its data, and stays unmapped as well", () => {
  const rest = {
    "ka.uri.param[command]": "sh",
    "ka.req.role.rules": '[{"verbs":["*"]}]',
    "ka.req.pod.containers.privileged": "(true)",
    "jevt.value[/requestObject/spec/volumes]": "[]",
  };
  const others = { "ka.stage": "ResponseComplete", "jevt.obj": "{}", "jevt.value[/level]": "x" };
  const taken = { "ka.verb": "create", "ka.req.pod.containers.image": "(nginx)" };
  const { evidence, unmapped } = map({ ...taken, ...rest, ...others });
  assert.deepEqual(JSON.parse(evidence?.api?.request?.data ?? ""), rest);
  assert.deepEqual(unmapped, { ...rest, ...others });
});

testUnless(NO_SHARED, "the full events of k8s_audit are valid at every version", async () => {
  const validate = await loadValidator();
  for (const ocsfVersion of OCSF_VERSIONS) {
    for (const text of K8S_AUDIT_EVENTS) {
      assert.deepEqual(validate(mapBytes(bytes(text), { ...NO_CLOUD, ocsfVersion })), []);
    }
  }
});
