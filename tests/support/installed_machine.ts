import { builtBinary } from "./binary.ts";
import { bootMachine, type Machine } from "./machine.ts";
import { machineRoot } from "./machine_root.ts";
import { makeReleaseFolder } from "./release_folder.ts";
import { sandbox } from "./sandbox.ts";

const root = await machineRoot();
const binary = root.missing === undefined ? await builtBinary() : root;

/** Why no machine can be booted that falco-lake could be installed on; undefined when one can. */
export const NO_MACHINE = binary.missing;

/** Boots a machine with a release archive unpacked in /release, and nothing installed. */
export async function machineWithRelease(): Promise<Machine> {
  await using stack = new AsyncDisposableStack();
  const box = stack.use(sandbox());
  await makeReleaseFolder(`${box.directory}/release`, binary.path!);
  const folders = { [`${box.directory}/release`]: "/release" };
  const machine = stack.use(await bootMachine({ root: root.path!, folders }));
  const all = stack.move();
  return { ...machine, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Boots a machine, and installs falco-lake there from a release archive, as its user would. */
export async function installedMachine(): Promise<Machine> {
  const machine = await machineWithRelease();
  try {
    await machine.sure("/release/install.sh");
    return machine;
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}
