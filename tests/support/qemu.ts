/** Where Debian's cross packages put the C library of 64-bit ARM. */
const LIBRARIES = "/usr/aarch64-linux-gnu";

/** Why no program for 64-bit ARM can be run here; undefined when one can. */
export const NO_QEMU = whyNot();

/**
 * Writes a script that runs a binary for 64-bit ARM, and becomes it, so that its process id is the
 * agent's. The processor is a Cortex-A72 (AWS's first Graviton, Raspberry Pi 4): ARMv8.0, with no
 * later instruction.
 */
export function writeQemuLauncher(path: string, binary: string): string {
  const qemu = `"$(PATH=/usr/bin:/usr/local/bin command -v qemu-aarch64)"`;
  Deno.writeTextFileSync(
    path,
    `#!/bin/sh\nexec ${qemu} -cpu cortex-a72 -L ${LIBRARIES} ${binary} "$@"\n`,
    { mode: 0o755 },
  );
  return path;
}

function whyNot(): string | undefined {
  try {
    new Deno.Command("qemu-aarch64", { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync();
    Deno.statSync(`${LIBRARIES}/lib/libgcc_s.so.1`);
    Deno.statSync(`${LIBRARIES}/lib/libc.so.6`);
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `no qemu-aarch64, or no C library for it; apt-get install qemu-user libgcc-s1-arm64-cross`;
  }
}
