import { main } from "./cli/program.ts";
import { systemProcess } from "./platform/process.ts";

Deno.exit(await main(Deno.args, systemProcess));
