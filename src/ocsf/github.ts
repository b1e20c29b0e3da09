import type { Details, Origin } from "./details.ts";
import type { Fields } from "./fields.ts";
import { fileAt, REGULAR_FILE } from "./file.ts";
import type { Evidence, File, Resource, User, Writable } from "./finding.ts";
import { takePaired } from "./paired_resource.ts";
import { mapServiceCall } from "./service_call.ts";
import { LONGEST_TEXT } from "./text.ts";

const SECRET_FILES = "github.diff.committed_secrets.files";
const SECRET_LINKS = "github.diff.committed_secrets.links";

/** Maps a webhook's message: the fields of the github plugin's documentation. */
export function mapGithub(fields: Fields, { findingUid }: Origin): Details {
  const evidence: Writable<Evidence> = {};
  const api = mapServiceCall({
    operation: takeOperation(fields),
    service: "GitHub",
    requestUid: undefined,
    data: undefined,
    response: {},
  }, findingUid);
  if (api !== undefined) evidence.api = api;
  const name = fields.take("github.user");
  if (name !== undefined) evidence.actor = { user: { name } };
  const [file, ...otherFiles] = mapFiles(fields);
  if (file !== undefined) evidence.file = file;

  const details: Writable<Details> = {};
  if (Object.keys(evidence).length > 0) {
    details.evidences = [evidence, ...otherFiles.map((file) => ({ file }))];
  }
  const resources = mapResources(fields);
  if (resources.length > 0) details.resources = resources;
  return details;
}

/** `repository.publicized`: the type, and the action that qualifies it. */
function takeOperation(fields: Fields): string | undefined {
  const type = fields.take("github.type");
  return type && (takeJoined(fields, `${type}.`, "github.action") ?? type);
}

/** The workflow's file, and those that a secret was found in. */
function mapFiles(fields: Fields): File[] {
  const workflow = fields.take("github.workflow.filename");
  const paths = new Set(workflow === undefined ? [] : [workflow]);
  const withSecrets = listOf(fields, SECRET_FILES);
  // A file stands there once for each of its secrets, as their lines do in the list beside it:
  // with repetitions that says more than the files do, and stays.
  if (withSecrets?.length === new Set(withSecrets).size) fields.use(SECRET_FILES);
  for (const path of withSecrets ?? []) paths.add(path);
  return [...paths].map((path) => fileAt(path, REGULAR_FILE));
}

/** A list as the plugin writes it: `a,b`. Does not take it. */
function listOf(fields: Fields, name: string): string[] | undefined {
  const list = fields.text(name)?.split(",");
  return list?.includes("") ? undefined : list;
}

function mapResources(fields: Fields): Resource[] {
  const [first, ...others] = [...mapRepository(fields), ...mapWebhook(fields)];
  const resources = [...others, ...mapCollaborator(fields)];
  const links = listOf(fields, SECRET_LINKS);
  if (links !== undefined) fields.use(SECRET_LINKS);
  for (const uid of links ?? []) resources.push({ type: "github.blob", uid });
  if (first === undefined) return resources;
  const owner = mapOwner(fields);
  return [owner === undefined ? first : { ...first, owner }, ...resources];
}

/** `github.repo` is what `github.repo.url` was called first. */
function mapRepository(fields: Fields): Resource[] {
  const url = fields.text("github.repo.url") === undefined ? "github.repo" : "github.repo.url";
  return takePaired(fields, "github.repository", "github.repo.name", url);
}

function mapWebhook(fields: Fields): Resource[] {
  const uid = fields.take("github.webhook.id");
  if (uid === undefined) return [];
  return [{ type: "github.webhook", uid, ...takeLabel(fields, "type:", "github.webhook.type") }];
}

function mapCollaborator(fields: Fields): Resource[] {
  const name = fields.take("github.collaborator.name");
  if (name === undefined) return [];
  return [{ type: "github.user", name, ...takeLabel(fields, "role:", "github.collaborator.role") }];
}

function takeLabel(fields: Fields, key: string, field: string): Pick<Resource, "labels"> {
  const label = takeJoined(fields, key, field);
  return label === undefined ? {} : { labels: [label] };
}

/** Takes a field that is told after another text, if both fit in one. */
function takeJoined(fields: Fields, before: string, field: string): string | undefined {
  const text = fields.text(field);
  if (text === undefined || before.length + text.length > LONGEST_TEXT) return undefined;
  fields.use(field);
  return before + text;
}

/** A message has an organization only when that is the owner: OCSF's user needs a name. */
function mapOwner(fields: Fields): User | undefined {
  const organization = fields.take("github.org");
  const name = fields.take("github.owner") ?? organization;
  if (name === undefined) return undefined;
  return organization === undefined ? { name } : { name, org: { name: organization } };
}
