/** What a release archive has besides the binary, by its path in the repository. */
export const RELEASE_FILES = [
  "scripts/install.sh",
  "scripts/systemd/falco-lake.service",
  "falco-lake.yaml",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
];
