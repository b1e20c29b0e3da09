/**
 * `deno run scripts/aws/print_table.ts sql|json [OCSF version]`: the table of a version for Athena,
 * as a statement, or its columns for Glue's API and Terraform.
 */
import { systemProcess } from "../../src/platform/process.ts";
import { createTable, hiveColumns, parseVersion } from "./hive_table.ts";

const [form, text = "1.1.0"] = Deno.args;
const version = parseVersion(text);
if (version === undefined || (form !== "sql" && form !== "json")) {
  systemProcess.err("Usage: print_table.ts sql|json [1.1.0 to 1.8.0]\n");
  Deno.exit(2);
}
systemProcess.out(
  form === "sql" ? createTable(version) : `${JSON.stringify(hiveColumns(version), null, 2)}\n`,
);
