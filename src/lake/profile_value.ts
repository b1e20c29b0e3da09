import process from "node:process";

/**
 * The value of a key of the profile that AWS_PROFILE names in the shared files,
 * `~/.aws/credentials` before `~/.aws/config`, as the SDK reads them (AWS SDKs and Tools reference
 * guide, "Shared config and credentials files"). The SDK's own search for a region would go on to
 * ask the instance for its.
 *
 * @param key such as "region"
 * @param read undefined for a file that is not there or cannot be read
 * @returns "" for none
 */
export function profileValue(key: string, read: (path: string) => string | undefined): string {
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
    const value = valueIn(read(path) ?? "", sections, key);
    if (value !== undefined) return value;
  }
  return "";
}

/** The key's value in the first of these sections that has it. */
function valueIn(text: string, sections: readonly string[], key: string): string | undefined {
  let isWanted = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) isWanted = sections.includes(section.replace(/\s+/, " "));
    const [, name, value] = /^(\w+)\s*=\s*(.*?)\s*(?:\s[#;].*)?$/.exec(line) ?? [];
    if (isWanted && name === key && value !== "") return value;
  }
  return undefined;
}
