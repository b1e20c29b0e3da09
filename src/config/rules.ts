import { parseBucket } from "./bucket.ts";
import { formatDuration, HOUR, MINUTE } from "./duration.ts";
import { type Findings, quote } from "./findings.ts";
import { hasNoEffectWithout, type Rule } from "./rule.ts";
import type { Settings } from "./settings.ts";
import { minorOf } from "../ocsf/version.ts";
import { formatSize, KiB } from "./size.ts";
import { TLS_RULES } from "./tls_rules.ts";

const BUCKET = "aws.securitylake.bucket";
const PREFIX = "aws.securitylake.prefix";
const INTERVAL = "aws.securitylake.interval";

/** The names that Security Lake gives its buckets (user guide, "Lifecycle management"). */
const SECURITY_LAKE = /^aws-security-data-lake-/;

/**
 * Room in a segment for its header and a record's frame. More than they need, so that the buffer's
 * format can change without making a configuration invalid.
 */
const SEGMENT_OVERHEAD = 4 * KiB;

const RULES: readonly Rule[] = [
  ...TLS_RULES,
  {
    keys: [BUCKET, PREFIX],
    check(settings, findings) {
      const location = parseBucket(settings.get(BUCKET));
      if (!location) return; // none given
      settings.set(BUCKET, location.name);
      const prefix = settings.get(PREFIX);
      if (location.prefix === undefined || location.prefix === prefix) return;
      if (prefix === "") settings.set(PREFIX, location.prefix, settings.placeOf(BUCKET));
      else {
        const message = `Cannot accept ${quote(prefix)} beside ${quote(location.prefix)} in ` +
          `${BUCKET}; expected one of them`;
        findings.problem(settings.placeOf(PREFIX), PREFIX, message);
      }
    },
  },
  {
    keys: [BUCKET, PREFIX],
    check(settings, findings) {
      const prefix = settings.get(PREFIX);
      if (!SECURITY_LAKE.test(settings.get(BUCKET)) || /^(ext\/.*)?$/.test(prefix)) return;
      const message = `${quote(prefix)} is not below ext/, where Security Lake has its custom ` +
        "sources; expected the location that AWS gave this one, such as ext/falco";
      findings.warning(settings.placeOf(PREFIX), PREFIX, message);
    },
  },
  {
    keys: [BUCKET, "lake.directory"],
    isAboutLake: true,
    check(settings, findings) {
      const [bucket, directory] = [settings.get(BUCKET), settings.get("lake.directory")];
      if ((bucket === "") !== (directory === "")) return;
      const message = bucket === ""
        ? `No lake is configured; expected ${BUCKET} or lake.directory`
        : `Cannot accept ${quote(directory)} beside ${BUCKET}; expected one of them`;
      findings.problem(settings.placeOf("lake.directory"), "lake.directory", message);
    },
  },
  {
    keys: [BUCKET, "lake.ocsfversion"],
    check(settings, findings) {
      const version = settings.get("lake.ocsfversion");
      if (!SECURITY_LAKE.test(settings.get(BUCKET)) || minorOf(version) <= 3) return;
      const message = `Cannot accept ${version} with a bucket of Security Lake, which reads OCSF ` +
        `1.3.0 and earlier; expected 1.1.0, 1.2.0 or 1.3.0`;
      findings.problem(settings.placeOf("lake.ocsfversion"), "lake.ocsfversion", message);
    },
  },
  {
    keys: ["lake.schema", "lake.ocsfversion"],
    check(settings, findings) {
      const version = settings.get("lake.ocsfversion");
      if (settings.get("lake.schema") === "ocsf" || version === "1.1.0") return;
      const message =
        `${version} has no effect with lake.schema falcosidekick, whose columns are ` +
        "its own";
      findings.warning(settings.placeOf("lake.ocsfversion"), "lake.ocsfversion", message);
    },
  },
  // falcosidekick switches its output off without a word when one of the four is missing.
  ...(["aws.securitylake.region", PREFIX, "aws.securitylake.accountid"] as const).map((key) => ({
    keys: [BUCKET, key] as const,
    isAboutLake: true as const,
    check(settings: Settings, findings: Findings) {
      if (settings.get(BUCKET) === "" || settings.get(key) !== "") return;
      findings.problem(settings.placeOf(BUCKET), key, `Missing; expected with ${BUCKET}`);
    },
  })),
  {
    keys: ["aws.accesskeyid", "aws.secretaccesskey"],
    check(settings, findings) {
      const [id, secret] = ["aws.accesskeyid", "aws.secretaccesskey"] as const;
      if ((settings.get(id) === "") === (settings.get(secret) === "")) return;
      const [missing, other] = settings.get(id) === "" ? [id, secret] : [secret, id];
      findings.problem(settings.placeOf(other), missing, `Missing; expected with ${other}`);
    },
  },
  hasNoEffectWithout(
    "aws.externalid",
    "aws.rolearn",
    (settings) => !settings.isEmpty("aws.rolearn"),
  ),
  {
    keys: [BUCKET, INTERVAL],
    check(settings, findings) {
      const [given, place] = [settings.get(INTERVAL), settings.placeOf(INTERVAL)];
      if (settings.get(BUCKET) === "") {
        if (given >= 1 && given <= 24 * HOUR) return;
        const message = `Cannot accept ${formatDuration(given)}; expected 1ms to 24h with a folder`;
        findings.problem(place, INTERVAL, message);
        return;
      }
      // As falcosidekick does (`config.go`), for AWS's limits on how often objects come.
      const used = Math.min(Math.max(given, 5 * MINUTE), 60 * MINUTE);
      if (used === given) return;
      settings.set(INTERVAL, used);
      const message = `Using ${formatDuration(used)} instead of ${formatDuration(given)}; ` +
        "expected 5 to 60 minutes with a bucket";
      findings.warning(place, INTERVAL, message);
    },
  },
  {
    keys: ["buffer.maxsize", "buffer.segmentsize"],
    check(settings, findings) {
      const [max, segment] = [settings.get("buffer.maxsize"), settings.get("buffer.segmentsize")];
      if (max >= 2 * segment) return;
      const message = `Cannot accept ${formatSize(max)} with a buffer.segmentsize of ` +
        `${formatSize(segment)}; expected at least ${formatSize(2 * segment)}`;
      const place = settings.placeOf("buffer.maxsize", "buffer.segmentsize");
      findings.problem(place, "buffer.maxsize", message);
    },
  },
  {
    keys: ["receiver.maxbodysize", "buffer.segmentsize"],
    check(settings, findings) {
      const body = settings.get("receiver.maxbodysize");
      const segment = settings.get("buffer.segmentsize");
      if (body <= segment - SEGMENT_OVERHEAD) return;
      const message = `Cannot accept ${formatSize(body)} with a buffer.segmentsize of ` +
        `${formatSize(segment)}; expected at most ${formatSize(segment - SEGMENT_OVERHEAD)}`;
      const place = settings.placeOf("receiver.maxbodysize", "buffer.segmentsize");
      findings.problem(place, "receiver.maxbodysize", message);
    },
  },
];

/** Checks and normalises what concerns more than one key, in order: later rules see earlier ones' work. */
export function applyRules(settings: Settings, findings: Findings, lakeRequired: boolean): void {
  for (const rule of RULES) {
    if (settings.has(...rule.keys) && (lakeRequired || !rule.isAboutLake)) {
      rule.check(settings, findings);
    }
  }
}
