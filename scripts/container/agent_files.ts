import { NONROOT } from "./base_files.ts";
import { PATHS } from "./image_config.ts";
import type { TarEntry } from "./tar_entry.ts";

export interface AgentParts {
  readonly program: Uint8Array;
  /** falco-lake.yaml: every key with its default. */
  readonly config: Uint8Array;
  readonly licence: Uint8Array;
}

const ROOT = { uid: 0, gid: 0 };

/** What an image has of the agent, and its volume: the agent may write nowhere else. */
export function agentFiles({ program, config, licence }: AgentParts): readonly TarEntry[] {
  const file = (path: string, mode: number, content: Uint8Array): TarEntry => ({
    kind: "file",
    path: path.slice(1),
    mode,
    content,
    ...ROOT,
  });
  return [
    file(PATHS.program, 0o755, program),
    file(PATHS.config, 0o644, config),
    file("/usr/share/doc/falco-lake/copyright", 0o644, licence),
    // Docker and Podman give a new volume the owner and mode of the folder below it.
    {
      kind: "directory",
      path: PATHS.volume.slice(1),
      mode: 0o700,
      uid: NONROOT,
      gid: NONROOT,
    },
  ];
}
