/**
 * The whole configuration, validated and frozen. Key names, environment names and defaults stand in
 * `keys.ts`; what each means stands in `falco-lake.yaml`. Sizes are bytes, times milliseconds.
 */
export interface Config {
  readonly listenaddress: string;
  readonly listenport: number;
  readonly debug: boolean;
  readonly aws: {
    readonly accesskeyid: string;
    readonly secretaccesskey: string;
    readonly region: string;
    readonly securitylake: {
      /** A bucket's name; "" when the lake is a folder. */
      readonly bucket: string;
      readonly region: string;
      readonly prefix: string;
      readonly accountid: string;
      readonly interval: number;
      readonly batchsize: number;
      /** "" for everything. */
      readonly minimumpriority: string;
      readonly endpoint: string;
      readonly forcepathstyle: boolean;
    };
  };
  readonly buffer: {
    readonly directory: string;
    readonly maxsize: number;
    readonly segmentsize: number;
    readonly whenfull: "dropoldest" | "reject";
  };
  readonly lake: {
    /** "" when the lake is a bucket. */
    readonly directory: string;
    readonly compression: "zstd" | "snappy" | "gzip" | "none";
    readonly maxfilesize: number;
    readonly shutdowntimeout: number;
  };
  readonly receiver: {
    readonly maxbodysize: number;
    readonly maxdecompressedsize: number;
  };
}
