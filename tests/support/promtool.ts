/** Why Prometheus' own parser cannot be asked here; undefined when it can. */
export const NO_PROMTOOL = whyNot("promtool");

/** What `promtool check metrics` says: faults of the format, and its linter's opinions. */
export async function checkMetrics(text: string) {
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return { code, complaints: said.split("\n").filter((line) => line !== "") };
}

function whyNot(program: string): string | undefined {
  try {
    new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `there is no ${program}; apt-get install prometheus`;
  }
}
