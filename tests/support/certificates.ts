import { giveToAgents } from "./agents_user.ts";

/** Why no certificates can be made here; undefined when they can. */
export const NO_OPENSSL = await version("openssl", "version");
/** Why there is no curl to ask; undefined when there is. */
export const NO_CURL = await version("curl", "--version");

export type KeyKind = "rsa" | "p256" | "p384" | "p521" | "ed25519" | "rsa1024" | "secp256k1";

const NEW_KEY: Readonly<Record<KeyKind, readonly string[]>> = {
  rsa: ["-newkey", "rsa:2048"],
  rsa1024: ["-newkey", "rsa:1024"],
  p256: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  p521: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
  secp256k1: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
  ed25519: ["-newkey", "ed25519"],
};

const EXTENSIONS = {
  server: "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n",
  client: "extendedKeyUsage=clientAuth\n",
  ca: "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n",
};

const CONFIG = `[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
default_md=sha256
policy=p
rand_serial=yes
unique_subject=no
[p]
commonName=supplied
`;

export interface IssueOptions {
  readonly kind?: KeyKind;
  readonly use?: keyof typeof EXTENSIONS;
  /** "20200101000000Z" */
  readonly from?: string;
  readonly to?: string;
}

/** A certificate and its key as PEM. */
export interface Issued {
  readonly name: string;
  readonly cert: string;
  readonly key: string;
}

/** A folder of certificates that the openssl program makes; gone when the test is over. */
export class Certificates implements Disposable {
  readonly directory: string;

  /** @param parent where the folder goes; an agent may see no other than its test's own */
  constructor(parent?: string) {
    const prefix = "falco-lake-tls-";
    this.directory = Deno.makeTempDirSync({ prefix, ...(parent !== undefined && { dir: parent }) });
    Deno.writeTextFileSync(`${this.directory}/ca.cnf`, CONFIG);
    Deno.writeTextFileSync(`${this.directory}/index.txt`, "");
  }

  /** A CA that signed itself. */
  authority(name: string): Issued {
    const [key, cert] = [`${name}.key`, `${name}.crt`];
    const extensions = EXTENSIONS.ca.trim().split("\n").flatMap((line) => ["-addext", line]);
    this.openssl(
      ["req", "-x509", "-nodes", "-subj", `/CN=${name}`, "-days", "3650"],
      [...NEW_KEY.p256, "-keyout", key, "-out", cert, ...extensions],
    );
    return this.#issued(name);
  }

  /** A certificate that `authority` signs; for a server with a P-256 key unless said otherwise. */
  issue(authority: Issued, name: string, options: IssueOptions = {}): Issued {
    const { kind = "p256", use = "server", from = "20200101000000Z", to = "20490101000000Z" } =
      options;
    this.openssl(
      ["req", "-new", "-nodes", "-subj", `/CN=${name}`],
      [...NEW_KEY[kind], "-keyout", `${name}.key`, "-out", `${name}.csr`],
    );
    this.write(`${name}.ext`, EXTENSIONS[use]);
    this.openssl(
      ["ca", "-batch", "-notext", "-config", "ca.cnf", "-startdate", from, "-enddate", to],
      ["-cert", `${authority.name}.crt`, "-keyfile", `${authority.name}.key`],
      ["-in", `${name}.csr`, "-out", `${name}.crt`, "-extfile", `${name}.ext`],
    );
    return this.#issued(name);
  }

  /** Writes a file of this folder. @returns its path */
  write(name: string, content: string | Uint8Array): string {
    const path = `${this.directory}/${name}`;
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
    return path;
  }

  read(name: string): string {
    return Deno.readTextFileSync(`${this.directory}/${name}`);
  }

  /** Runs openssl in this folder. @throws when it fails */
  openssl(...args: readonly (readonly string[])[]): void {
    const { success, stderr } = new Deno.Command("openssl", {
      args: args.flat(),
      cwd: this.directory,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }

  #issued(name: string): Issued {
    giveToAgents(`${this.directory}/${name}.key`);
    return { name, cert: this.read(`${name}.crt`), key: this.read(`${name}.key`) };
  }
}

async function version(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output();
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${program}`;
    throw error;
  }
}
