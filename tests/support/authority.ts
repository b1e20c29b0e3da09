/** Why tests that need certificates cannot run here; undefined when they can. */
export const NO_OPENSSL = hasOpenssl() ? undefined : "there is no openssl";

/** A private authority and what it has signed. */
export interface Authority {
  /** Path of its certificate in PEM. */
  readonly path: string;
  /** A server's certificate for "localhost", in PEM, and its key. */
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority of its own below `directory`, which must exist. */
export async function makeAuthority(directory: string, name: string): Promise<Authority> {
  const at = (file: string) => `${directory}/${name}-${file}`;
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", `/CN=${name}`],
    ...["-keyout", at("ca.key"), "-out", at("ca.crt")],
    ...["-addext", "basicConstraints=critical,CA:TRUE"],
  );
  await openssl(
    ...["req", ...newKey, "-subj", "/CN=localhost", "-keyout", at("key"), "-out", at("csr")],
  );
  Deno.writeTextFileSync(at("ext"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
  await openssl(
    ...["x509", "-req", "-in", at("csr"), "-CA", at("ca.crt"), "-CAkey", at("ca.key")],
    ...["-CAcreateserial", "-days", "2", "-extfile", at("ext"), "-out", at("crt")],
  );
  return {
    path: at("ca.crt"),
    cert: Deno.readTextFileSync(at("crt")),
    key: Deno.readTextFileSync(at("key")),
  };
}

async function openssl(...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("openssl", { args, stderr: "piped" }).output();
  if (code !== 0) throw new Error(`openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}

function hasOpenssl(): boolean {
  try {
    return new Deno.Command("openssl", { args: ["version"] }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
