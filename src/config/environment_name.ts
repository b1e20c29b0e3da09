/** The name that falcosidekick (viper) would ask for: `aws.securitylake.bucket` → `AWS_SECURITYLAKE_BUCKET`. */
export function environmentName(path: string): string {
  return path.toUpperCase().replaceAll(".", "_");
}
