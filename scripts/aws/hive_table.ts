import { OCSF_VERSIONS, type OcsfVersion } from "../../src/ocsf/version.ts";
import type { ColumnType } from "../../src/parquet/column.ts";
import { columnsOf } from "../../src/parquet/columns.ts";

/** A column as Glue's API takes it. */
export interface HiveColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * The columns of a version as Glue and Athena call them: what the crawler would find in our files,
 * but known beforehand.
 */
export const hiveColumns = (version: OcsfVersion): HiveColumn[] =>
  columnsOf(version).map(({ name, type }) => ({ name, type: hiveType(type, (member) => member) }));

/** Hive's type. Source: Athena user guide, "Data types in Amazon Athena". */
function hiveType(type: ColumnType, quote: (name: string) => string): string {
  switch (type.kind) {
    case "string":
    case "timestamp":
    case "boolean":
      return type.kind;
    case "int32":
      return "int";
    case "int64":
      return "bigint";
    case "stringMap":
      return "map<string,string>";
    case "list":
      return `array<${hiveType(type.element, quote)}>`;
    case "struct": {
      const members = type.columns.map(({ name, type }) =>
        `${quote(name)}:${hiveType(type, quote)}`
      );
      return `struct<${members.join(",")}>`;
    }
  }
}

/** Of the words that Athena reserves in DDL, the one that names a member (user guide). */
const quoteReserved = (name: string): string => name === "user" ? "`user`" : name;

/**
 * The statement that makes the table of a bucket of one's own. Its partitions are projected, not
 * stored, so that nothing has to be run when a day begins; the template is needed because S3's keys
 * have capitals and Athena's columns have none. `NOW+1DAYS`: a host's clock may be ahead.
 *
 * Placeholders are those of the policies. Source: Athena user guide, "Partition projection".
 */
export function createTable(version: OcsfVersion): string {
  const columns = columnsOf(version)
    .map(({ name, type }) => `  \`${name}\` ${hiveType(type, quoteReserved)}`);
  const location = "s3://${BUCKET}/${PREFIX}/";
  const properties = {
    "projection.enabled": "true",
    "projection.region.type": "enum",
    "projection.region.values": "${REGION}",
    "projection.accountid.type": "enum",
    "projection.accountid.values": "${ACCOUNT_ID}",
    "projection.eventday.type": "date",
    "projection.eventday.format": "yyyyMMdd",
    "projection.eventday.range": "${FIRST_DAY},NOW+1DAYS",
    "projection.eventday.interval": "1",
    "projection.eventday.interval.unit": "DAYS",
    "storage.location.template":
      `${location}region=\${region}/accountId=\${accountid}/eventDay=\${eventday}/`,
  };
  return [
    `-- Made by scripts/aws/print_table.ts sql ${version}. For a bucket without Security Lake.`,
    "CREATE EXTERNAL TABLE falco_objects (",
    columns.join(",\n"),
    ")",
    "PARTITIONED BY (`region` string, `accountid` string, `eventday` string)",
    "STORED AS PARQUET",
    `LOCATION '${location}'`,
    "TBLPROPERTIES (",
    Object.entries(properties).map(([name, value]) => `  '${name}' = '${value}'`).join(",\n"),
    ");",
    "",
  ].join("\n");
}

/** @returns undefined when the text is no version that falco-lake writes */
export const parseVersion = (text: string): OcsfVersion | undefined =>
  OCSF_VERSIONS.find((version) => version === text);
