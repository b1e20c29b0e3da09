import type { OcsfVersion } from "../ocsf/version.ts";
import { minorOf } from "../ocsf/version.ts";
import {
  boolean,
  type Column,
  columnsIn,
  int32,
  int64,
  required,
  since,
  string,
  stringMap,
  strings,
  struct,
  structs,
  timestamp,
  until,
} from "./column.ts";

/** For an object like another one with more members. */
function membersOf({ type }: Column): readonly Column[] {
  return type.kind === "struct" ? type.columns : [];
}

/** OCSF's tactic, technique and sub_technique. */
const named = (name: string): Column => struct(name, [string("uid"), string("name")]);

const file = struct("file", [
  string("name"),
  string("path"),
  string("parent_folder"),
  int32("type_id"),
  string("type"),
]);
/** The executable of a process. */
const executable = struct("file", [...membersOf(file), int64("modified_time")]);

const account = struct("account", [string("uid"), int32("type_id"), string("type")]);

/** A user of the host. */
const user = struct("user", [
  string("name"),
  string("uid"),
  structs("groups", [string("name"), string("uid")]),
]);

/** A user of a service, or of the host. Groups of a service have names only. */
const userWithGroups = (group: readonly Column[]): Column =>
  struct("user", [
    string("name"),
    string("uid"),
    structs("groups", group),
    string("uid_alt"),
    int32("type_id"),
    string("type"),
    string("email_addr"),
    account,
    struct("org", [string("name")]),
  ]);

const container = struct("container", [
  string("uid"),
  string("name"),
  string("runtime"),
  struct("image", [
    string("uid"),
    string("name"),
    ...until(3, string("tag")),
    ...since(4, strings("labels")),
  ]),
  string("orchestrator"),
  string("pod_uuid"),
  ...since(4, strings("labels")),
]);

const process = struct("process", [
  string("name"),
  int32("pid"),
  string("uid"),
  ...until(5, int32("tid")),
  ...since(6, int64("ptid")),
  int64("created_time"),
  int32("namespace_pid"),
  string("cmd_line"),
  executable,
  user,
  int32("auid"),
  container,
  // One level: OCSF keeps what is above the parent in `lineage` or `ancestry`.
  struct("parent_process", [
    string("name"),
    int32("pid"),
    string("uid"),
    string("cmd_line"),
    file,
    int64("created_time"),
  ]),
  ...until(3, strings("lineage")),
  ...since(
    4,
    structs("ancestry", [string("name"), int32("pid"), string("path"), string("cmd_line")]),
  ),
  struct("session", [string("uid"), string("terminal")]),
  ...since(
    4,
    string("working_directory"),
    structs("environment_variables", [string("name"), string("value")]),
  ),
  struct("xattributes", [
    string("cap_effective"),
    string("cap_permitted"),
    string("login_name"),
    string("session_leader"),
    string("exe_ctime"),
    string("exe_ctime_duration_proc_start"),
    ...until(3, string("working_directory"), string("environment")),
  ]),
]);

/** A call: a system call, or a request to a service. */
const api = struct("api", [
  string("operation"),
  struct("service", [string("name")]),
  // json_t: the text of a JSON object.
  struct("request", [string("uid"), strings("flags"), string("data")]),
  struct("response", [
    int32("code"),
    string("message"),
    string("error"),
    string("error_message"),
    string("data"),
  ]),
]);

const endpoint = (name: string, ...more: readonly Column[]): Column =>
  struct(name, [string("ip"), int32("port"), string("hostname"), ...more]);

/**
 * The columns of an OCSF Detection Finding (class 2004): every attribute that src/ocsf emits, in the
 * order of its `Finding`, with the versions that have it.
 *
 * Set and order are fixed for each version: Security Lake's Glue crawler infers the table from our files, and has to
 * be run again by hand after a change. timestamp_t is INT64 without annotation, since AWS's
 * validator insists on integers; `time_dt` is the TIMESTAMP that AWS's sample queries filter on.
 */
const DETECTION_FINDING: readonly Column[] = [
  required(int64("time")),
  timestamp("time_dt", (finding) => finding.time),
  required(int32("class_uid")),
  string("class_name"),
  required(int32("category_uid")),
  string("category_name"),
  required(int32("activity_id")),
  string("activity_name"),
  required(int64("type_uid")),
  string("type_name"),
  required(int32("severity_id")),
  string("severity"),
  int32("status_id"),
  string("status"),
  string("status_detail"),
  string("message"),
  int32("count"),
  ...since(4, boolean("is_alert")),
  required(struct("finding_info", [
    string("uid"),
    string("title"),
    string("desc"),
    int64("created_time"),
    strings("types"),
    strings("data_sources"),
    struct("analytic", [
      string("uid"),
      string("name"),
      int32("type_id"),
      string("type"),
      string("category"),
    ]),
    structs("attacks", [
      string("version"),
      named("tactic"),
      named("technique"),
      named("sub_technique"),
    ]),
  ])),
  required(struct("metadata", [
    string("version"),
    strings("profiles"),
    string("uid"),
    struct("product", [
      string("name"),
      string("vendor_name"),
      string("version"),
      struct("feature", [string("name")]),
    ]),
    string("log_name"),
    string("log_level"),
    string("original_time"),
    int64("logged_time"),
    string("event_code"),
    int32("sequence"),
    strings("labels"),
  ])),
  struct("cloud", [
    string("provider"),
    string("region"),
    string("zone"),
    account,
    ...until(3, string("project_uid")),
  ]),
  struct("device", [
    string("hostname"),
    string("name"),
    int32("type_id"),
    ...since(
      4,
      struct("os", [string("name"), int32("type_id"), string("type"), string("kernel_release")]),
    ),
    ...since(3, int64("boot_time")),
  ]),
  struct("actor", [
    struct("process", [string("name"), int32("pid"), string("uid")]),
    userWithGroups([string("name"), string("uid")]),
  ]),
  structs("resources", [
    string("type"),
    string("name"),
    string("namespace"),
    string("uid"),
    struct("owner", [string("name"), struct("org", [string("name")])]),
    strings("labels"),
  ]),
  structs("evidences", [
    api,
    string("data"),
    struct("actor", [
      userWithGroups([string("name")]),
      structs("authorizations", [string("decision"), struct("policy", [string("name")])]),
    ]),
    process,
    ...since(2, container),
    file,
    struct("connection_info", [
      int32("direction_id"),
      string("protocol_name"),
      int32("protocol_num"),
      int32("protocol_ver_id"),
    ]),
    endpoint(
      "src_endpoint",
      strings("intermediate_ips"),
      struct("location", [
        string("country"),
        string("region"),
        string("city"),
        string("postal_code"),
      ]),
    ),
    endpoint("dst_endpoint"),
    ...since(4, struct("http_request", [string("user_agent")])),
    ...since(3, struct("url", [string("path"), string("query_string")])),
  ]),
  structs("observables", [string("name"), int32("type_id"), string("type"), string("value")]),
  string("raw_data"),
  stringMap("unmapped"),
];

const made = new Map<OcsfVersion, readonly Column[]>();

/** The columns of a Detection Finding of one OCSF version; made once, since most need only one. */
export function columnsOf(version: OcsfVersion): readonly Column[] {
  const columns = made.get(version) ?? columnsIn(minorOf(version), DETECTION_FINDING);
  made.set(version, columns);
  return columns;
}
