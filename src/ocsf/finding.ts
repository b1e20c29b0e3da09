import type { OcsfVersion } from "./version.ts";

/**
 * OCSF Detection Finding (class 2004), as far as we fill it: https://schema.ocsf.io/1.1.0 and later.
 * Attributes that not every version has say so; src/parquet/columns.ts has the exact set of each.
 *
 * Attribute names, types and limits are OCSF's. What is absent is left out: never null, undefined,
 * "" or an empty array. These are type aliases, not interfaces, so that a finding is assignable to
 * the `Record<string, unknown>` that column getters read.
 */
export type Finding = {
  /** Milliseconds since 1970, UTC (timestamp_t). */
  readonly time: number;
  /** `time` as RFC 3339 text, in UTC with milliseconds (datetime_t; profile datetime). */
  readonly time_dt: string;
  readonly class_uid: 2004;
  readonly class_name: "Detection Finding";
  readonly category_uid: 2;
  readonly category_name: "Findings";
  readonly activity_id: 1;
  readonly activity_name: "Create";
  /** class_uid × 100 + activity_id. */
  readonly type_uid: 200401;
  readonly type_name: "Detection Finding: Create";
  /** 0 Unknown to 6 Fatal. */
  readonly severity_id: number;
  readonly severity: string;
  readonly status_id: 1;
  readonly status: "New";
  /** Only of a finding that is not all it should be: why. */
  readonly status_detail?: string;
  /** Falco's `output`. */
  readonly message?: string;
  readonly count: 1;
  /** Since 1.4. */
  readonly is_alert?: true;
  readonly finding_info: FindingInfo;
  readonly metadata: Metadata;
  /** Where the event was collected (profile cloud). */
  readonly cloud?: Cloud;
  /** The host that Falco watches (profile host). */
  readonly device?: Device;
  /** Who did it, in short; the evidence holds it in full (profile host). */
  readonly actor?: Actor;
  readonly resources?: readonly Resource[];
  readonly evidences?: readonly Evidence[];
  readonly observables?: readonly Observable[];
  /** The received bytes as UTF-8; left out beyond 65 535 characters. */
  readonly raw_data?: string;
  /** What has no typed place, under Falco's own names. */
  readonly unmapped?: Readonly<Record<string, string>>;
};

export type FindingInfo = {
  readonly uid: string;
  /** The rule's name. */
  readonly title: string;
  readonly desc?: string;
  readonly created_time: number;
  readonly types?: readonly string[];
  readonly data_sources?: readonly string[];
  readonly analytic?: Analytic;
  readonly attacks?: readonly Attack[];
};

/** The Falco rule. */
export type Analytic = {
  readonly uid: string;
  readonly name: string;
  readonly type_id: 1;
  readonly type: "Rule";
  /** The rule's maturity tag. */
  readonly category?: string;
};

/** MITRE ATT&CK: at least one of the three. */
export type Attack = {
  /** Of the ATT&CK matrix that the names are from. */
  readonly version: string;
  readonly tactic?: Named;
  readonly technique?: Named;
  readonly sub_technique?: Named;
};

export type Named = { readonly uid: string; readonly name?: string };

export type Metadata = {
  readonly version: OcsfVersion;
  /** Exactly those whose attributes occur in this finding. */
  readonly profiles: readonly string[];
  readonly uid: string;
  readonly product: Product;
  /** The event source: syscall, k8s_audit … */
  readonly log_name?: string;
  /** Falco's priority. */
  readonly log_level?: string;
  /** Falco's `time`, verbatim: it has nanoseconds. */
  readonly original_time?: string;
  /** When we received it, milliseconds since 1970. */
  readonly logged_time: number;
  /** The system call. */
  readonly event_code?: string;
  /** Falco's number of the event, where it fits an int32. */
  readonly sequence?: number;
  /** The rule's tags. */
  readonly labels?: readonly string[];
};

export type Product = {
  readonly name: "Falco";
  readonly vendor_name: "The Falco Project";
  /** Falco's, where it says so. */
  readonly version?: string;
  readonly feature?: { readonly name: string };
};

export type Cloud = {
  readonly provider: "AWS" | "GCP";
  readonly region?: string;
  readonly zone?: string;
  readonly account?: Account;
  /** Of GCP, up to 1.3; later it is the account. */
  readonly project_uid?: string;
};

export type Account = {
  readonly uid: string;
  readonly type_id: number;
  readonly type: string;
};

/** `hostname` when it is one by OCSF's rules, otherwise `name`. */
export type Device = {
  readonly hostname?: string;
  readonly name?: string;
  readonly type_id: 0;
  readonly os?: {
    readonly name: string;
    readonly type_id: number;
    readonly type: string;
    /** Since 1.4. */
    readonly kernel_release: string;
  };
  /** Milliseconds since 1970. Since 1.3. */
  readonly boot_time?: number;
};

export type Actor = {
  readonly process?: Pick<Process, "pid" | "uid" | "name">;
  readonly user?: User;
  readonly authorizations?: readonly Authorization[];
};

/** What an API's server decided about a request. */
export type Authorization = {
  /** As the server says it: `allow`, `forbid`; `granted`, `denied`. */
  readonly decision: string;
  readonly policy?: { readonly name: string };
};

/** What an event is about: a Kubernetes object, or one of a cloud's or a service's. */
export type Resource = {
  /** `k8s.pods`, `AWS::S3::Bucket`, `github.repository` … */
  readonly type?: string;
  /** `name` or `uid` is always there. */
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly owner?: User;
  readonly labels?: readonly string[];
};

/** What the rule saw: at least one of these. */
export type Evidence = {
  /** The call that was made: a system call, or a request to a service. */
  readonly api?: Api;
  /** JSON text (json_t) of what has no other place; `unmapped` has it as well. */
  readonly data?: string;
  /** Who made a request to a service. */
  readonly actor?: Actor;
  readonly process?: Process;
  /** The process's once more, where analysts look for it. Since 1.2. */
  readonly container?: Container;
  readonly file?: File;
  readonly connection_info?: ConnectionInfo;
  /** The client. */
  readonly src_endpoint?: Endpoint;
  /** The server. */
  readonly dst_endpoint?: Endpoint;
  /** Of a request. Since 1.4. */
  readonly http_request?: { readonly user_agent: string };
  /** Of a request. Since 1.3. */
  readonly url?: { readonly path: string; readonly query_string?: string };
};

export type Api = {
  /** `openat`; `create pods/exec`. OCSF requires it: "Unknown" when only other things are known. */
  readonly operation: string;
  readonly service?: { readonly name: string };
  readonly request?: ApiRequest;
  readonly response?: ApiResponse;
};

export type ApiRequest = {
  readonly uid: string;
  readonly flags?: readonly string[];
  /** JSON text (json_t) of an object, by Falco's names; `unmapped` has each of them as well. */
  readonly data?: string;
};

export type ApiResponse = {
  readonly code?: number;
  readonly message?: string;
  /** The error's code: `ENOENT`, `AccessDenied`. */
  readonly error?: string;
  readonly error_message?: string;
  /** As the request's. */
  readonly data?: string;
};

/** `pid` or `uid` is always there. */
export type Process = {
  readonly name?: string;
  /** int32. */
  readonly pid?: number;
  /** Made up from what identifies the process; only when there is no `pid`. */
  readonly uid?: string;
  readonly tid?: number;
  /** Milliseconds since 1970. */
  readonly created_time?: number;
  /** The pid inside the container (profile container). */
  readonly namespace_pid?: number;
  readonly cmd_line?: string;
  /** The executable. */
  readonly file?: File;
  readonly user?: User;
  /** The login uid of the audit system (profile linux/linux_users). */
  readonly auid?: number;
  /** Profile container. */
  readonly container?: Container;
  /** One level: what is above it is in `lineage` or `ancestry`. */
  readonly parent_process?: Pick<
    Process,
    "name" | "pid" | "uid" | "cmd_line" | "file" | "created_time"
  >;
  /** Ancestors, parent and the process itself, oldest first; paths where known. Up to 1.3. */
  readonly lineage?: readonly string[];
  /** The parent and its ancestors, newest first. Since 1.4. */
  readonly ancestry?: readonly Ancestor[];
  /** Its session's id, and the terminal it is attached to, as the number of its device. */
  readonly session?: { readonly uid?: string; readonly terminal?: string };
  /** Since 1.4. */
  readonly working_directory?: string;
  /** Since 1.4. */
  readonly environment_variables?: readonly { readonly name: string; readonly value: string }[];
  /** The thread. Since 1.6, where `tid` is deprecated. */
  readonly ptid?: number;
  readonly xattributes?: ProcessAttributes;
};

/** An ancestor of a process: OCSF's process_entity. At least one of these. */
export type Ancestor = {
  readonly name?: string;
  readonly pid?: number;
  readonly path?: string;
  readonly cmd_line?: string;
};

/** What Falco knows of a process and OCSF has no attribute for: its open object `xattributes`. */
export type ProcessAttributes = {
  readonly cap_effective?: string;
  readonly cap_permitted?: string;
  /** Name of the user of the audit system's login uid. */
  readonly login_name?: string;
  /** Name of the session's first process. */
  readonly session_leader?: string;
  /** Times of the executable's inode, in nanoseconds. */
  readonly exe_ctime?: string;
  readonly exe_ctime_duration_proc_start?: string;
  /** Before OCSF had attributes for them: up to 1.3. */
  readonly working_directory?: string;
  readonly environment?: string;
};

export type User = {
  readonly name?: string;
  readonly uid?: string;
  readonly uid_alt?: string;
  /** 99 Other: `type` is the source's own. */
  readonly type_id?: 99;
  readonly type?: string;
  readonly email_addr?: string;
  readonly account?: Account;
  readonly org?: { readonly name: string };
  readonly groups?: readonly Group[];
};

export type Group = { readonly uid?: string; readonly name?: string };

/** `uid` or `name` is always there. */
export type Container = {
  readonly uid?: string;
  readonly name?: string;
  readonly runtime?: string;
  readonly image?: Image;
  readonly orchestrator?: "Kubernetes";
  readonly pod_uuid?: string;
  /** Since 1.4. */
  readonly labels?: readonly string[];
};

export type Image = {
  readonly uid: string;
  readonly name?: string;
  /** Up to 1.3. */
  readonly tag?: string;
  /** The tag, since 1.4 deprecates `tag`. */
  readonly labels?: readonly string[];
};

export type File = {
  readonly name: string;
  readonly path: string;
  readonly parent_folder?: string;
  readonly type_id: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly modified_time?: number;
};

export type ConnectionInfo = {
  /** 0 Unknown: see network.ts. */
  readonly direction_id: 0;
  readonly protocol_name?: string;
  /** IANA's number. */
  readonly protocol_num?: number;
  readonly protocol_ver_id?: 4 | 6;
};

/** `ip` or `hostname` is always there. */
export type Endpoint = {
  readonly ip?: string;
  readonly port?: number;
  readonly hostname?: string;
  /** The proxies between the client and the server. */
  readonly intermediate_ips?: readonly string[];
  readonly location?: Location;
};

/** At least one of these. */
export type Location = {
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
  readonly postal_code?: string;
};

export type Observable = {
  /** Path of the attribute in this finding. */
  readonly name: string;
  readonly type_id: number;
  readonly type: string;
  readonly value: string;
};

/** For building one of the above property by property. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };
