import type { CustomField, ExtraLabel, TemplatedField } from "../event/enrichment_settings.ts";
import type { OcsfVersion } from "../ocsf/version.ts";

/**
 * The whole configuration, validated and deep-frozen; `loadConfig` in `load.ts` makes it. Every key,
 * its environment name, default and range stand in `keys.ts`. Sizes are bytes, times milliseconds;
 * "" means unset.
 */
export interface Config {
  /** The IP address to listen on; "" for all addresses. */
  readonly listenaddress: string;
  /** 0 to 65535; 0 for any free one. */
  readonly listenport: number;
  /** Whether DEBUG lines are logged. */
  readonly debug: boolean;
  /** Set on every event as output fields, over its own. */
  readonly customfields: readonly CustomField[];
  /** Added to every event's tags. */
  readonly customtags: readonly string[];
  /** Set on every event as output fields, over its own and over `customfields`. */
  readonly templatedfields: readonly TemplatedField[];
  /** Replaces `[` in the names of output fields, whose `]` go; "" leaves both. */
  readonly bracketreplacer: string;
  /** "" leaves outputs as they are. */
  readonly outputfieldformat: string;
  readonly tlsserver: {
    /** Whether the port speaks TLS. */
    readonly deploy: boolean;
    /** Paths of PEM files. */
    readonly certfile: string;
    readonly keyfile: string;
    /** Whether clients need a certificate of `cacertfile`. */
    readonly mutualtls: boolean;
    readonly cacertfile: string;
    /** 0 to 65535; 0 for any free one. */
    readonly notlsport: number;
    /** Endpoints that are served there, without TLS, and nowhere else. Only known ones, each once. */
    readonly notlspaths: readonly string[];
  };
  readonly tlsclient: {
    /** Path of a PEM file with further authorities for the store's certificate; "" for none. */
    readonly cacertfile: string;
  };
  readonly prometheus: {
    /** Output fields that are labels of the events' metric as well. */
    readonly extralabels: readonly ExtraLabel[];
  };
  readonly aws: {
    /** Set together with `secretaccesskey`, or neither: then the SDK looks for credentials. */
    readonly accesskeyid: string;
    readonly secretaccesskey: string;
    /** The region of the S3 client. */
    readonly region: string;
    /** Role to assume for uploads; "" for none. */
    readonly rolearn: string;
    /** What the role's trust policy asks for; "" for nothing. */
    readonly externalid: string;
    /** Whether the identity is asked of STS at the start, for the log. */
    readonly checkidentity: boolean;
    readonly securitylake: {
      /** A bucket's bare name, also when given as ARN or `s3://` URL; "" when the lake is a folder. */
      readonly bucket: string;
      /** The value of `region=` in object keys. Never "" with a bucket. */
      readonly region: string;
      /** First part of object keys, without a slash at either end. Never "" with a bucket. */
      readonly prefix: string;
      /** The value of `accountId=` in object keys: 12 digits or a name. Never "" with a bucket. */
      readonly accountid: string;
      /** Milliseconds between batches: 5 to 60 minutes with a bucket, 1 ms to 24 h with a folder. */
      readonly interval: number;
      /** Events per object at most; 1 or more. */
      readonly batchsize: number;
      /** As in `PRIORITIES` of `event/priority.ts`; "" for everything. */
      readonly minimumpriority: string;
      /** Base URL of an S3-compatible store; "" for AWS. */
      readonly endpoint: string;
      /** Whether the bucket is in the URL's path instead of its host name. */
      readonly forcepathstyle: boolean;
    };
  };
  readonly buffer: {
    readonly directory: string;
    /** Bytes of all segments together; at least twice `segmentsize`. */
    readonly maxsize: number;
    /** Bytes, 64 KiB to 1 GiB; always large enough for a record of `receiver.maxbodysize`. */
    readonly segmentsize: number;
    /** A number is milliseconds between syncs. */
    readonly sync: "always" | "never" | number;
    readonly whenfull: "dropoldest" | "reject";
  };
  readonly lake: {
    /** "" when the lake is a bucket. */
    readonly directory: string;
    readonly schema: "ocsf" | "falcosidekick";
    readonly ocsfversion: OcsfVersion;
    readonly compression: "zstd" | "snappy" | "gzip" | "none";
    /** Bytes, 64 KiB to 256 MiB. */
    readonly maxfilesize: number;
    /** Whether rows have the event as it was received. */
    readonly rawdata: boolean;
    /** Whether Falco's reports about itself are left out. */
    readonly dropinternal: boolean;
    /** Milliseconds for the last flush; 0 for none. */
    readonly shutdowntimeout: number;
  };
  readonly receiver: {
    /** Bytes of a request's body as sent. */
    readonly maxbodysize: number;
    /** Bytes of a request's body once decompressed. */
    readonly maxdecompressedsize: number;
    /** Milliseconds for a request's head, for a whole request, and between two. */
    readonly timeout: number;
  };
  readonly log: {
    readonly format: "text" | "json";
  };
}
