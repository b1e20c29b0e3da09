import assert from "node:assert/strict";
import { LONGEST_TEXT } from "../../src/ocsf/text.ts";
import { CLOUD, mapMembers } from "./support.ts";

const mapGithub = (output_fields: Readonly<Record<string, unknown>>) =>
  mapMembers({ source: "github", output_fields });

Deno.test("a message's type and action become the operation of GitHub's API", () => {
  const apiOf = (fields: Readonly<Record<string, unknown>>) =>
    mapGithub(fields).evidences?.[0]?.api;
  const service = { name: "GitHub" };
  assert.deepEqual(apiOf({ "github.type": "repository", "github.action": "publicized" }), {
    operation: "repository.publicized",
    service,
  });
  assert.deepEqual(apiOf({ "github.type": "push" }), { operation: "push", service });
  assert.equal(apiOf({ "github.action": "deleted" }), undefined);
});

Deno.test("an action that is too long to be told with the type stays unmapped", () => {
  const action = "a".repeat(LONGEST_TEXT - 3);
  const { evidences, unmapped } = mapGithub({ "github.type": "push", "github.action": action });
  assert.equal(evidences![0]!.api!.operation, "push");
  assert.deepEqual(unmapped, { "github.action": action });
});

Deno.test("who sent a message is the actor, and the repository belongs to its owner", () => {
  const { evidences, resources, unmapped } = mapGithub({
    "github.user": "alice",
    "github.repo.name": "acme/payments",
    "github.repo.url": "https://github.com/acme/payments",
    "github.owner": "acme",
    "github.org": "acme",
  });
  assert.deepEqual(evidences, [{ actor: { user: { name: "alice" } } }]);
  assert.deepEqual(resources, [{
    type: "github.repository",
    name: "acme/payments",
    uid: "https://github.com/acme/payments",
    owner: { name: "acme", org: { name: "acme" } },
  }]);
  assert.equal(unmapped, undefined);
});

Deno.test("the URL of a repository may have its first name", () => {
  const repositories = (fields: Readonly<Record<string, unknown>>) => mapGithub(fields).resources;
  assert.deepEqual(repositories({ "github.repo": "https://github.com/acme/payments" }), [
    { type: "github.repository", uid: "https://github.com/acme/payments" },
  ]);
});

Deno.test("a webhook is a resource, owned by the organization when no owner is told", () => {
  const { resources, unmapped } = mapGithub({
    "github.webhook.id": "381190801",
    "github.webhook.type": "Repository",
    "github.org": "acme",
  });
  assert.deepEqual(resources, [{
    type: "github.webhook",
    uid: "381190801",
    labels: ["type:Repository"],
    owner: { name: "acme", org: { name: "acme" } },
  }]);
  assert.equal(unmapped, undefined);
});

Deno.test("an owner of nothing stays unmapped", () => {
  const { resources, unmapped } = mapGithub({ "github.owner": "acme" });
  assert.equal(resources, undefined);
  assert.deepEqual(unmapped, { "github.owner": "acme" });
});

Deno.test("a collaborator is a resource, with the role as label", () => {
  const collaborator = { "github.collaborator.name": "bob", "github.collaborator.role": "admin" };
  assert.deepEqual(mapGithub({ "github.repo.name": "acme/payments", ...collaborator }).resources, [
    { type: "github.repository", name: "acme/payments" },
    { type: "github.user", name: "bob", labels: ["role:admin"] },
  ]);
});

Deno.test("a workflow's file is the evidence's file", () => {
  const { evidences } = mapGithub({ "github.workflow.filename": ".github/workflows/ci.yml" });
  assert.deepEqual(evidences, [{
    file: {
      name: "ci.yml",
      path: ".github/workflows/ci.yml",
      parent_folder: ".github/workflows",
      type_id: 1,
      type: "Regular File",
    },
  }]);
});

Deno.test("files with secrets become an evidence each, and their links resources", () => {
  const { evidences, resources, unmapped } = mapGithub({
    "github.user": "alice",
    "github.diff.committed_secrets.files": "a.env,b.env",
    "github.diff.committed_secrets.links": "https://x/a.env/#L1,https://x/b.env/#L2",
    "github.diff.committed_secrets.lines": "1,2",
  });
  assert.deepEqual(evidences?.map(({ actor, file }) => [actor?.user?.name, file?.path]), [
    ["alice", "a.env"],
    [undefined, "b.env"],
  ]);
  assert.deepEqual(resources, [
    { type: "github.blob", uid: "https://x/a.env/#L1" },
    { type: "github.blob", uid: "https://x/b.env/#L2" },
  ]);
  assert.deepEqual(unmapped, { "github.diff.committed_secrets.lines": "1,2" });
});

Deno.test("a list that names a file once for each of its secrets stays unmapped as well", () => {
  const files = { "github.diff.committed_secrets.files": "a.env,a.env,b.env" };
  const { evidences, unmapped } = mapGithub(files);
  assert.deepEqual(evidences?.map(({ file }) => file?.path), ["a.env", "b.env"]);
  assert.deepEqual(unmapped, files);
});

Deno.test("a list of files with an empty name stays unmapped only", () => {
  const files = { "github.diff.committed_secrets.files": "a.env,,b.env" };
  const { evidences, unmapped } = mapGithub(files);
  assert.equal(evidences, undefined);
  assert.deepEqual(unmapped, files);
});

Deno.test("GitHub's events are told of the lake's cloud", () => {
  assert.equal(mapMembers({ source: "github" }, CLOUD).cloud?.region, "eu-west-1");
});
