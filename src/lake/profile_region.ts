import process from "node:process";

/**
 * The region of the profile that AWS_PROFILE names in the shared files, `~/.aws/credentials` before
 * `~/.aws/config`, as the SDK reads them (AWS SDKs and Tools reference guide, "Shared config and
 * credentials files"). The SDK's own search for a region would go on to ask the instance for its.
 *
 * @param read undefined for a file that is not there or cannot be read
 * @returns "" for none
 */
export function profileRegion(read: (path: string) => string | undefined): string {
  const { env } = process;
  const profile = env["AWS_PROFILE"] || "default";
  const folder = `${env["HOME"] ?? ""}/.aws`;
  const files = [
    [env["AWS_SHARED_CREDENTIALS_FILE"] || `${folder}/credentials`, [profile]],
    [
      env["AWS_CONFIG_FILE"] || `${folder}/config`,
      [`profile ${profile}`, ...(profile === "default" ? [profile] : [])],
    ],
  ] as const;
  for (const [path, sections] of files) {
    const region = regionOf(read(path) ?? "", sections);
    if (region !== undefined) return region;
  }
  return "";
}

/** The value of `region` in the first of these sections that has one. */
function regionOf(text: string, sections: readonly string[]): string | undefined {
  let isWanted = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) isWanted = sections.includes(section.replace(/\s+/, " "));
    const value = /^region\s*=\s*([^\s#;]+)/.exec(line)?.[1];
    if (isWanted && value !== undefined) return value;
  }
  return undefined;
}
