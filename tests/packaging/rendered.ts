import { KUBERNETES, kustomize } from "../support/kustomize.ts";
import { type Manifest, workloadOf } from "../support/manifest.ts";
import { ROOT } from "../support/root.ts";

/** What an operator puts into destination.env. */
const DESTINATION = {
  AWS_REGION: "eu-west-1",
  AWS_SECURITYLAKE_REGION: "eu-west-1",
  AWS_SECURITYLAKE_BUCKET: "aws-security-data-lake-eu-west-1-abc",
  AWS_SECURITYLAKE_PREFIX: "ext/falco",
  AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
  AWS_ROLEARN:
    "arn:aws:iam::123456789012:role/service-role/AmazonSecurityLake-Provider-falco-eu-west-1",
  AWS_EXTERNALID: "an-external-id",
};

export interface Rendered {
  /** Such as "eks-irsa on a daemonset, with all components". */
  readonly name: string;
  readonly variant: Variant;
  readonly hasComponents: boolean;
  readonly manifests: readonly Manifest[];
}

export type Variant = typeof VARIANTS[number];

export const VARIANTS = ["statefulset", "daemonset"] as const;

export const OVERLAYS = [...Deno.readDirSync(`${KUBERNETES}overlays`)].map(({ name }) => name)
  .sort();

/**
 * Each overlay on each variant, without and with all components that it offers in comments, as an
 * operator would edit them, with a destination filled in.
 */
export function renderAll(): Rendered[] {
  return OVERLAYS.flatMap((overlay) => {
    const offers = Deno.readTextFileSync(`${KUBERNETES}overlays/${overlay}/kustomization.yaml`)
      .includes(OFFERED);
    return VARIANTS.flatMap((variant) =>
      (offers ? [false, true] : [false]).map((hasComponents) => ({
        name: `${overlay} on a ${variant}${hasComponents ? ", with all components" : ""}`,
        variant,
        hasComponents,
        manifests: edited((folder) => render(folder, overlay, variant, hasComponents)),
      }))
    );
  });
}

/** A component in a comment, and what it is without it. */
const [OFFERED, TAKEN] = ["# - ../../components/", "- ../../components/"] as const;

function render(
  folder: string,
  overlay: string,
  variant: Variant,
  hasComponents: boolean,
): Manifest[] {
  edit(`${folder}/components/security-lake/destination.env`, fill);
  edit(`${folder}/overlays/${overlay}/kustomization.yaml`, (text) => {
    const chosen = text.replace("../../statefulset #", `../../${variant} #`);
    return hasComponents ? chosen.replaceAll(OFFERED, TAKEN) : chosen;
  });
  const manifests = kustomize(`${folder}/overlays/${overlay}`);
  const expected = variant === "statefulset" ? "StatefulSet" : "DaemonSet";
  if (workloadOf(manifests).kind !== expected) throw new Error(`${overlay} has no ${expected}`);
  return manifests;
}

/** What becomes of a copy of the manifests that somebody edits; the copy is gone after it. */
export function edited<T>(build: (folder: string) => T): T {
  Deno.mkdirSync(`${ROOT}.cache/tests`, { recursive: true });
  const folder = Deno.makeTempDirSync({ dir: `${ROOT}.cache/tests` });
  try {
    copy(KUBERNETES.slice(0, -1), folder);
    return build(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

export function edit(path: string, change: (text: string) => string): void {
  Deno.writeTextFileSync(path, change(Deno.readTextFileSync(path)));
}

/** destination.env with its values filled in. @throws when it has others */
function fill(text: string): string {
  const filled = text.replace(/^([A-Z_]+)=$/gm, (line, name: string) => {
    if (!(name in DESTINATION)) throw new Error(`${line} is not known to this test`);
    return `${name}=${DESTINATION[name as keyof typeof DESTINATION]}`;
  });
  for (const name of Object.keys(DESTINATION)) {
    if (!filled.includes(`\n${name}=`)) throw new Error(`destination.env has no ${name}`);
  }
  return filled;
}

function copy(from: string, to: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) {
      Deno.mkdirSync(`${to}/${name}`);
      copy(`${from}/${name}`, `${to}/${name}`);
    } else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
