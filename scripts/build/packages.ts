import { Buffer } from "node:buffer";

/** An npm package that the program imports code of. */
export interface LockedPackage {
  /** `@aws-sdk`; undefined for most. */
  readonly scope: string | undefined;
  readonly name: string;
  readonly version: string;
  /** `pkg:npm/…` */
  readonly purl: string;
  /** Of the package's archive, in hex, as deno.lock pins it. */
  readonly sha512: string;
  /** An SPDX identifier or expression. */
  readonly licence: string;
  /** purls, of those among the packages. */
  readonly dependencies: readonly string[];
  /** Whether the program itself imports it. */
  readonly isDirect: boolean;
  /** Where Deno keeps its files. */
  readonly directory: string;
}

/** `deno info --json`, as far as it is needed here. */
interface ModuleGraph {
  readonly modules: readonly { readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, GraphPackage>>;
}

interface GraphPackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

interface Lock {
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

const ENTRIES = ["src/main.ts", "src/parquet/encoder_worker.ts"];

/**
 * The npm packages that the program needs, ordered by purl.
 *
 * @throws when deno.lock lacks one, or a package says no licence
 */
export async function packagesOf(root: string): Promise<LockedPackage[]> {
  const graphs = await Promise.all(ENTRIES.map((entry) => graphOf(root, entry)));
  const known = new Map(graphs.flatMap(({ npmPackages }) => Object.entries(npmPackages)));
  const direct = new Set(
    graphs.flatMap(({ modules }) => modules.flatMap(({ npmPackage }) => npmPackage ?? [])),
  );
  // Deno names all packages of the lock, the tests' ones too.
  const found = new Map<string, GraphPackage>();
  const visit = (id: string) => {
    const one = known.get(id);
    if (!one || found.has(id)) return;
    found.set(id, one);
    one.dependencies.forEach(visit);
  };
  direct.forEach(visit);
  const lock: Lock = JSON.parse(Deno.readTextFileSync(`${root}deno.lock`));
  return [...found].map(([id, { name, version, dependencies, localPath }]) => {
    const integrity = lock.npm[id]?.integrity;
    if (!integrity?.startsWith("sha512-")) throw new Error(`deno.lock has no SHA-512 of ${id}`);
    const [, scope, plain] = /^(?:(@[^/]+)\/)?(.*)$/.exec(name)!;
    return {
      scope,
      name: plain!,
      version,
      purl: purlOf(name, version),
      sha512: Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex"),
      licence: licenceIn(localPath),
      dependencies: dependencies.flatMap((one) => {
        const dependency = found.get(one);
        return dependency ? [purlOf(dependency.name, dependency.version)] : [];
      }).sort(),
      isDirect: direct.has(id),
      directory: localPath,
    };
  }).sort((a, b) => a.purl < b.purl ? -1 : 1);
}

/** The package URL specification has `@` escaped. */
const purlOf = (name: string, version: string): string =>
  `pkg:npm/${name.replace("@", "%40")}@${version}`;

function licenceIn(directory: string): string {
  const path = `${directory}/package.json`;
  const { license }: { license?: unknown } = JSON.parse(Deno.readTextFileSync(path));
  if (typeof license !== "string") throw new Error(`${path} says no licence`);
  return license;
}

async function graphOf(root: string, entry: string): Promise<ModuleGraph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
  }).output();
  if (!success) throw new Error(`deno info ${entry} failed: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
