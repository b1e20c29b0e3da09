/**
 * A test that needs something this machine may lack: ignored with the reason in its name, except in
 * CI, where it fails, because there everything is to be had.
 *
 * @param missing why it cannot run; undefined when it can
 */
export function testUnless(
  missing: string | undefined,
  name: string,
  run: () => void | Promise<void>,
): void {
  if (missing === undefined) Deno.test(name, run);
  else if (Deno.env.get("CI") === "true") {
    Deno.test(name, () => {
      throw new Error(`Skipped, which is a failure in CI: ${missing}`);
    });
  } else Deno.test({ name: `${name} (skipped: ${missing})`, ignore: true, fn: run });
}
