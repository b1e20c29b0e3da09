import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ConfigError } from "../config/load.ts";
import { systemDisk } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { TlsFilesError } from "../receiver/tls_context.ts";
import { journalPrefix } from "../telemetry/journal_prefix.ts";
import { BUILD, VERSION } from "../version.ts";
import type { Sequences } from "./import_events.ts";

/**
 * Exit codes: 0 good, 1 failed, 2 wrong usage or configuration, which trying again does not mend:
 * the systemd unit does not.
 */
const [FAILED, USAGE] = [1, 2];

/**
 * Runs one command line and returns its exit code. Each command is loaded when it is called for:
 * all of them double the start of a short one, and `check --health` starts every few seconds.
 */
export async function main(args: readonly string[], process: Process): Promise<number> {
  let code = 0;
  const program = new Command("falco-lake")
    .description("Receives Falco events over HTTP and ships them to Amazon Security Lake as OCSF")
    .helpCommand(false)
    .version(versionTable(process), "-v, --version", "print the version and exit")
    .exitOverride()
    .configureOutput({ writeOut: process.out, writeErr: process.err });
  const config = ["-c, --config-file <file>", "configuration, in falcosidekick's YAML"] as const;
  type Options = { readonly configFile?: string; readonly json?: boolean };

  program.command("run", { isDefault: true })
    .description("receive and ship events (the default)")
    .option(...config)
    .allowExcessArguments()
    .action(async ({ configFile }: Options, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) command.error(`error: unknown command '${unknown}'`);
      const { run } = await import("./run.ts");
      code = await run(configFile, process);
    });
  program.command("check")
    .description(
      "print the effective configuration and where each value comes from, as JSON in a pipe",
    )
    .option(...config)
    .option("--json", "one JSON object per line")
    .option("--online", "look at the lake, too: credentials, identity, role, clock, bucket")
    .option("--probe", "as --online, and put an empty object into the bucket")
    .addOption(
      new Option("--health", "only ask the agent that runs on this machine whether it is well")
        .conflicts(["json", "online", "probe"]),
    )
    .action(async (
      { configFile, json, online = false, probe = false, health = false }: Options & {
        readonly online?: boolean;
        readonly probe?: boolean;
        readonly health?: boolean;
      },
    ) => {
      if (health) {
        const { checkHealth } = await import("./check_health.ts");
        code = await checkHealth(configFile, process);
        return;
      }
      const { check } = await import("./check.ts");
      code = await check(configFile, process, {
        json: json ?? !process.isTerminal,
        online,
        probe,
      });
    });
  program.command("map [files...]")
    .description("map Falco events from files or standard input to OCSF, one JSON object per line")
    .option(...config)
    .option("--explain", "say instead for each output field where it goes; as JSON in a pipe")
    .option("--json", "with --explain: one JSON object per line")
    .action(async (
      files: string[],
      { configFile, explain = false, json }: Options & { readonly explain?: boolean },
    ) => {
      const { map } = await import("./map.ts");
      const options = { explain, json: json ?? !process.isTerminal };
      code = await map(files, configFile, options, process);
    });
  program.command("cat <files...>")
    .description(
      "print the rows of Parquet files, or of all below a folder, one JSON object per line",
    )
    .action(async (files: string[]) => {
      const { cat } = await import("./cat.ts");
      code = await cat(files, process, systemDisk);
    });
  program.command("import <files...>")
    .description(
      "store the events of files: refused requests, Falco's logs, segments of a buffer (.corrupt)",
    )
    .option(...config)
    .option("--sequences <first-last>", "only these records of segments", readSequences)
    .action(async (
      files: string[],
      { configFile, sequences }: Options & { readonly sequences?: Sequences },
    ) => {
      const { importFiles } = await import("./import.ts");
      code = await importFiles(files, configFile, sequences, process);
    });
  const buffer = program.command("buffer")
    .description("look into the buffer, also while the agent runs")
    .helpCommand(false);
  buffer.command("ls")
    .description("print what the buffer holds, segment by segment, as JSON in a pipe")
    .option(...config)
    .option("--json", "one JSON object per line")
    .action(async ({ configFile, json }: Options) => {
      const { bufferLs } = await import("./buffer_ls.ts");
      code = await bufferLs(configFile, process, systemDisk, json ?? !process.isTerminal);
    });
  buffer.command("cat [files...]")
    .description("print the events that wait, or all that segment files hold, one per line as JSON")
    .option(...config)
    .action(async (files: string[], { configFile }: Options) => {
      const { bufferCat } = await import("./buffer_cat.ts");
      code = await bufferCat(files, configFile, process, systemDisk);
    });
  buffer.command("verify [files...]")
    .description("read the whole buffer, or segment files, and name what is damaged")
    .option(...config)
    .option("--json", "one JSON object per line, as in a pipe")
    .action(async (files: string[], { configFile, json }: Options) => {
      const { bufferVerify } = await import("./buffer_verify.ts");
      code = await bufferVerify(
        files,
        configFile,
        process,
        systemDisk,
        json ?? !process.isTerminal,
      );
    });
  buffer.command("retry [files...]")
    .description("have batches that the lake refused and that were set aside shipped again; all")
    .option(...config)
    .action(async (files: string[], { configFile }: Options) => {
      const { bufferRetry } = await import("./buffer_retry.ts");
      code = await bufferRetry(files, configFile, process, systemDisk);
    });
  program.command("demo")
    .description("show the main job on a lake in the folder falco-lake-demo")
    .action(async () => {
      const { demo } = await import("./demo.ts");
      code = await demo(process);
    });
  program.command("version")
    .description("print the version")
    .action(() => process.out(`${versionTable(process)}\n`));

  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    // Whoever read our output has seen enough: `falco-lake cat … | head`.
    if (error instanceof Error && error.name === "BrokenPipe") return FAILED;
    const lines = error instanceof ConfigError || error instanceof TlsFilesError
      ? error.problems
      : [`falco-lake: ${(error as Error).message}`];
    const prefix = journalPrefix("error", process.errIsJournal);
    for (const line of lines) process.err(`${prefix}${line}\n`);
    return error instanceof ConfigError ? USAGE : FAILED;
  }
}

/** As falcosidekick's: names and values in two columns. */
function versionTable({ runtime }: Process): string {
  const rows = [
    ["falco-lake", VERSION],
    ["Commit", BUILD?.commit ?? "none: this runs from source"],
    ["Built from", BUILD?.date ?? "-"],
    ["Deno", runtime.deno],
    ["V8", runtime.v8],
    ["Platform", runtime.platform],
  ];
  return rows.map(([name, value]) => `${name!.padEnd(11)} ${value}`).join("\n");
}

function readSequences(text: string): Sequences {
  const match = /^(\d+)-(\d+)$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (first >= 1 && last >= first && Number.isSafeInteger(last)) return { first, last };
  throw new InvalidArgumentError("Expected two sequences, such as 17-19.");
}
