import { bucket } from "./bucket.ts";
import type { Config } from "./config.ts";
import type { CollectionType } from "./collection.ts";
import { duration, HOUR, MINUTE, minutes, SECOND } from "./duration.ts";
import { customFields, customTags, extraLabels, templatedFields } from "./enrichment_values.ts";
import {
  accountId,
  endpoint,
  externalId,
  ipAddress,
  keyPrefix,
  optionalPath,
  path,
  priority,
  region,
  roleArn,
} from "./lake_values.ts";
import { syncPolicy } from "./sync_policy.ts";
import { OCSF_VERSIONS } from "../ocsf/version.ts";
import { GiB, KiB, MiB, size } from "./size.ts";
import { filePath, noTlsPaths, optionalFilePath } from "./tls_values.ts";
import { boolean, choice, integer, secret, text, type ValueType } from "./value.ts";

/** The dotted paths of all values in `T`: `buffer.maxsize`. */
type PathIn<T, Prefix extends string = ""> = {
  [K in keyof T & string]: T[K] extends readonly unknown[] ? `${Prefix}${K}`
    : T[K] extends object ? PathIn<T[K], `${Prefix}${K}.`>
    : `${Prefix}${K}`;
}[keyof T & string];

type ValueIn<T, P extends string> = P extends keyof T ? T[P]
  : P extends `${infer Head}.${infer Rest}` ? Head extends keyof T ? ValueIn<T[Head], Rest> : never
  : never;

/** A key as it is written in messages: dotted, lower-case. */
export type KeyPath = PathIn<Config>;

/** What `Config` holds for a key. */
export type ValueAt<P extends KeyPath> = ValueIn<Config, P>;

export interface Key<V = ValueAt<KeyPath>> {
  readonly type: ValueType<V> | CollectionType<V>;
  /** As it would be written in the file. */
  readonly default: string;
  /** One line: the comment in falco-lake.yaml. */
  readonly doc: string;
}

/**
 * Every key, in the order of falco-lake.yaml. The single truth: parsing, environment, messages,
 * falco-lake.yaml and README follow it, and the compiler holds it and `Config` together.
 *
 * Names, defaults and meanings up to `aws.securitylake.minimumpriority` are falcosidekick's
 * (`config.go`, README), but for those of `lake_values.ts` that say otherwise; the rest are ours.
 */
export const KEYS: { readonly [P in KeyPath]: Key<ValueAt<P>> } = {
  "listenaddress": {
    type: ipAddress,
    default: "",
    doc: "IP address to listen on; empty for all.",
  },
  "listenport": {
    type: integer(0, 65535),
    default: "2801",
    doc: "Port to listen on; 0 for any free one.",
  },
  "debug": {
    type: boolean,
    default: "false",
    doc: "Whether to log DEBUG lines.",
  },
  "customfields": {
    type: customFields,
    default: "",
    doc: "Fields set on every event, NAME: TEXT; %NAME is an environment variable.",
  },
  "customtags": {
    type: customTags,
    default: "",
    doc: "Tags added to every event; %NAME is an environment variable.",
  },
  "templatedfields": {
    type: templatedFields,
    default: "",
    doc: "Fields set on every event, NAME: Go template over its output fields.",
  },
  "bracketreplacer": {
    type: text("a text", (value) => value),
    default: "",
    doc: "What replaces [ in names of output fields, whose ] go; empty leaves them.",
  },
  "outputfieldformat": {
    type: text("a text", (value) => value),
    default: "",
    doc: "Form of outputs, such as `<timestamp>: <priority> <output> <tags>`; empty leaves them.",
  },
  "tlsserver.deploy": {
    type: boolean,
    default: "false",
    doc: "Whether listenport speaks TLS.",
  },
  "tlsserver.certfile": {
    type: filePath,
    default: "/etc/certs/server/server.crt",
    doc: "Certificate, with its chain, in PEM.",
  },
  "tlsserver.keyfile": {
    type: filePath,
    default: "/etc/certs/server/server.key",
    doc: "Private key of the certificate, in PEM, without passphrase.",
  },
  "tlsserver.mutualtls": {
    type: boolean,
    default: "false",
    doc: "Whether clients need a certificate, too.",
  },
  "tlsserver.cacertfile": {
    type: filePath,
    default: "/etc/certs/server/ca.crt",
    doc: "Authorities that sign clients' certificates, in PEM.",
  },
  "tlsserver.notlsport": {
    type: integer(0, 65535),
    default: "2810",
    doc: "Port without TLS for notlspaths; 0 for any free one.",
  },
  "tlsserver.notlspaths": {
    type: noTlsPaths,
    default: "",
    doc: "Endpoints that notlsport serves, and listenport does not, such as /metrics.",
  },
  "tlsclient.cacertfile": {
    type: optionalFilePath,
    default: "",
    doc: "Further authorities for the store's certificate, in PEM.",
  },
  "prometheus.extralabels": {
    type: extraLabels,
    default: "",
    doc: "Output fields that are labels of the events' metric, too.",
  },
  "aws.accesskeyid": {
    type: secret,
    default: "",
    doc: "Access key; empty for the AWS SDK's own search (environment, profile, role).",
  },
  "aws.secretaccesskey": {
    type: secret,
    default: "",
    doc: "Secret of the access key; better given as AWS_SECRETACCESSKEY.",
  },
  "aws.region": {
    type: region,
    default: "",
    doc: "Region of S3 and STS; else AWS_DEFAULT_REGION, the profile's, or the bucket's.",
  },
  "aws.rolearn": {
    type: roleArn,
    default: "",
    doc: "Role to assume for uploads.",
  },
  "aws.externalid": {
    type: externalId,
    default: "",
    doc: "External id that the role's trust policy asks for.",
  },
  "aws.checkidentity": {
    type: boolean,
    default: "true",
    doc: "Whether to ask STS at the start who the credentials belong to, for the log.",
  },
  "aws.securitylake.bucket": {
    type: bucket,
    default: "",
    doc: "Bucket to upload to: its name, arn:aws:s3:::NAME or s3://NAME/PREFIX.",
  },
  "aws.securitylake.region": {
    type: region,
    default: "",
    doc: "Region in object keys (region=); needed with a bucket.",
  },
  "aws.securitylake.prefix": {
    type: keyPrefix,
    default: "",
    doc: "Start of object keys, such as ext/falco; needed with a bucket.",
  },
  "aws.securitylake.accountid": {
    type: accountId,
    default: "",
    doc: "Account in object keys (accountId=): 12 digits or a name; needed with a bucket.",
  },
  "aws.securitylake.interval": {
    type: minutes,
    default: "5",
    doc: "Minutes between batches, 5 to 60; a folder takes 1ms to 24h.",
  },
  "aws.securitylake.batchsize": {
    type: integer(1),
    default: "1000",
    doc: "Most events in one object.",
  },
  "aws.securitylake.minimumpriority": {
    type: priority,
    default: "",
    doc: "Least priority that goes to the lake, such as notice; empty for all.",
  },
  "aws.securitylake.endpoint": {
    type: endpoint,
    default: "",
    doc: "URL of an S3-compatible store; empty for AWS.",
  },
  "aws.securitylake.forcepathstyle": {
    type: boolean,
    default: "false",
    doc: "Whether the bucket goes in the URL's path; most S3-compatible stores need it.",
  },
  "buffer.directory": {
    type: path,
    default: "/var/lib/falco-lake",
    doc: "Folder of the events that wait for the lake; systemd's STATE_DIRECTORY if not given.",
  },
  "buffer.maxsize": {
    type: size(128 * KiB),
    default: "1GiB",
    doc: "Most bytes on disk; at least two segments.",
  },
  "buffer.segmentsize": {
    type: size(64 * KiB, GiB),
    default: "16MiB",
    doc: "Bytes of one file of the buffer.",
  },
  "buffer.sync": {
    type: syncPolicy,
    default: "always",
    doc: "When events are synced to disk: always (before the 200), never, or each 100ms to 1h.",
  },
  "buffer.whenfull": {
    type: choice("dropoldest", "reject"),
    default: "dropoldest",
    doc: "What a full buffer does: dropoldest, or reject (answer 503).",
  },
  "lake.directory": {
    type: optionalPath,
    default: "",
    doc: "Folder to write the lake to, instead of a bucket.",
  },
  "lake.schema": {
    type: choice("ocsf", "falcosidekick"),
    default: "ocsf",
    doc: "Columns: ocsf (Detection Finding), or falcosidekick's, to go on with its table.",
  },
  "lake.ocsfversion": {
    type: choice(...OCSF_VERSIONS),
    default: "1.1.0",
    doc: "OCSF version, 1.1.0 to 1.8.0; Security Lake takes up to 1.3.0.",
  },
  "lake.compression": {
    type: choice("zstd", "snappy", "gzip", "none"),
    default: "zstd",
    doc: "Compression in Parquet files: zstd, snappy, gzip or none.",
  },
  "lake.maxfilesize": {
    type: size(64 * KiB, 256 * MiB),
    default: "128MiB",
    doc: "Most bytes of events in one object.",
  },
  "lake.rawdata": {
    type: boolean,
    default: "true",
    doc: "Whether rows have raw_data, the event as it was received.",
  },
  "lake.dropinternal": {
    type: boolean,
    default: "false",
    doc: "Whether to leave out Falco's reports about itself (drops, metrics).",
  },
  "lake.shutdowntimeout": {
    type: duration(0, HOUR),
    default: "10s",
    doc: "Longest time for the last upload when stopping; the rest waits on disk.",
  },
  "receiver.maxbodysize": {
    type: size(1),
    default: "4MiB",
    doc: "Most bytes of one request's body; must fit in a segment.",
  },
  "receiver.maxdecompressedsize": {
    type: size(1, GiB),
    default: "32MiB",
    doc: "Most bytes of one request's body after decompression.",
  },
  "receiver.timeout": {
    type: duration(SECOND, 10 * MINUTE),
    default: "60s",
    doc: "Longest time for a request, and between two on a connection.",
  },
  "log.format": {
    type: choice("text", "json"),
    default: "text",
    doc: "Log lines: text, as falcosidekick's, or json.",
  },
};

/** All keys, in the table's order. */
export const KEY_PATHS = Object.keys(KEYS) as readonly KeyPath[];

export function isKeyPath(path: string): path is KeyPath {
  return Object.hasOwn(KEYS, path);
}
