import { explain, type Explanation } from "../ocsf/explain.ts";
import { type MappingContext, mapRecord, type ReceivedRecord } from "../ocsf/map.ts";
import { contextOf, type Layout, layoutOf } from "../parquet/layout.ts";
import { project } from "../parquet/project.ts";
import { systemClock } from "../platform/clock.ts";
import type { Process } from "../platform/process.ts";
import { lineOf, readEvents } from "../receiver/read_events.ts";
import { explanationTable } from "./explanation_table.ts";
import { readConfig } from "./read_config.ts";

export interface MapOptions {
  /** Says where each output field went, instead of printing the finding. */
  readonly explain: boolean;
  /** Whether it says that as JSON, not as a table. */
  readonly json: boolean;
}

/**
 * `falco-lake map`: Falco events, as the agent accepts them (newline-delimited, concatenated, or an
 * array), from files or standard input to OCSF, one JSON object per line, as they would be written
 * to the lake. What is no event is named on standard error.
 *
 * @returns 1 when something was no event
 */
export async function map(
  files: readonly string[],
  configFile: string | undefined,
  options: MapOptions,
  process: Process,
): Promise<number> {
  const { config } = await readConfig(configFile, process, { lakeRequired: false });
  const { region, accountid: accountId } = config.aws.securitylake;
  const { ocsfversion: ocsfVersion, schema, rawdata: rawData } = config.lake;
  const settings = { region, accountId, ocsfVersion, rawData, enrichment: config };
  if (options.explain && schema !== "ocsf") {
    throw new Error(
      `--explain is about OCSF, but lake.schema is ${schema}; set it to ocsf for this`,
    );
  }
  const print = options.explain
    ? printerOfExplanations(contextOf(settings), options.json, process)
    : printer(layoutOf(schema, settings), process);
  let refusedAny = false;
  for (const file of files.length > 0 ? files : ["-"]) {
    const bytes = file === "-"
      ? await new Response(process.stdin).bytes()
      : await process.readFile(file);
    if (isBlank(bytes)) continue;
    const receivedMicroseconds = systemClock.now() * 1000;
    for (const item of readEvents(bytes, () => {})) {
      if (item.kind === "event") {
        const { payload } = item;
        print({ payload, receivedMicroseconds });
      } else {
        const { offset, reason } = item.refusal;
        const name = file === "-" ? "standard input" : file;
        process.err(`${name}:${lineOf(bytes, offset)}: ${reason}\n`);
        refusedAny = true;
      }
    }
  }
  return refusedAny ? 1 : 0;
}

type Print = (record: ReceivedRecord) => void;

const printer = ({ map, columns }: Layout, process: Process): Print => (record) =>
  process.out(`${JSON.stringify(project(map(record), columns))}\n`);

function printerOfExplanations(context: MappingContext, json: boolean, process: Process): Print {
  let event = 0;
  return (record) => {
    event++;
    const explanations = explain(record, context);
    const lines = json
      ? explanations.map((one) => explanationJson(event, one))
      : explanationTable(event, mapRecord(record, context).finding_info.title, explanations);
    for (const line of lines) process.out(`${line}\n`);
  };
}

/** Numbers keep every digit. */
const explanationJson = (event: number, { value, ...rest }: Explanation): string =>
  `{"event":${event},"value":${value},${JSON.stringify(rest).slice(1)}`;

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20);
