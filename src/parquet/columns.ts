import {
  type Column,
  int32,
  int64,
  required,
  string,
  stringMap,
  strings,
  struct,
  structs,
  timestamp,
} from "./column.ts";

/** OCSF's tactic, technique and sub_technique. */
const named = (name: string): Column => struct(name, [string("uid"), string("name")]);

const file = struct("file", [
  string("name"),
  string("path"),
  string("parent_folder"),
  int32("type_id"),
  string("type"),
]);

const user = struct("user", [
  string("name"),
  string("uid"),
  structs("groups", [string("name"), string("uid")]),
]);

const container = struct("container", [
  string("uid"),
  string("name"),
  string("runtime"),
  struct("image", [string("uid"), string("name"), string("tag")]),
  string("orchestrator"),
  string("pod_uuid"),
]);

const process = struct("process", [
  string("name"),
  int32("pid"),
  string("uid"),
  int32("tid"),
  int32("namespace_pid"),
  string("cmd_line"),
  file,
  user,
  int32("auid"),
  container,
  // One level: OCSF keeps what is above the parent in `lineage`.
  struct("parent_process", [
    string("name"),
    int32("pid"),
    string("uid"),
    string("cmd_line"),
    file,
  ]),
  strings("lineage"),
]);

const endpoint = (name: string): Column =>
  struct(name, [string("ip"), int32("port"), string("hostname")]);

/**
 * The columns of an OCSF 1.1.0 Detection Finding (class 2004): every attribute that src/ocsf emits,
 * in the order of its `Finding`.
 *
 * Set and order are fixed: Security Lake's Glue crawler infers the table from our files, and has to
 * be run again by hand after a change. timestamp_t is INT64 without annotation, since AWS's
 * validator insists on integers; `time_dt` is the TIMESTAMP that AWS's sample queries filter on.
 */
export const COLUMNS_1_1_0: readonly Column[] = [
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
  string("message"),
  int32("count"),
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
      struct("feature", [string("name")]),
    ]),
    string("log_name"),
    string("log_level"),
    string("original_time"),
    int64("logged_time"),
    string("event_code"),
    strings("labels"),
  ])),
  struct("cloud", [
    string("provider"),
    string("region"),
    struct("account", [string("uid"), int32("type_id"), string("type")]),
  ]),
  struct("device", [string("hostname"), string("name"), int32("type_id")]),
  struct("actor", [
    struct("process", [string("name"), int32("pid"), string("uid")]),
    user,
  ]),
  structs("resources", [
    string("type"),
    string("name"),
    string("namespace"),
    string("uid"),
    strings("labels"),
  ]),
  structs("evidences", [
    process,
    file,
    struct("connection_info", [
      int32("direction_id"),
      string("protocol_name"),
      int32("protocol_num"),
      int32("protocol_ver_id"),
    ]),
    endpoint("src_endpoint"),
    endpoint("dst_endpoint"),
  ]),
  structs("observables", [string("name"), int32("type_id"), string("type"), string("value")]),
  string("raw_data"),
  stringMap("unmapped"),
];
