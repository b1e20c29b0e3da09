import type { Priority } from "../../event/priority.ts";

/**
 * The rules of the demo's events, with priority, source, and tags in Falco's order. Facts of
 * falcosecurity/rules and falcosecurity/plugins; at the end two rules of a site's own, for the
 * priorities that the official ones do not use, and Falco's internal ones, which have no tags.
 */
export const RULES = {
  "Directory traversal monitored file read":
    "Warning syscall T1555 container filesystem host maturity_stable mitre_credential_access",
  "Read sensitive file trusted after startup":
    "Warning syscall T1555 container filesystem host maturity_stable mitre_credential_access",
  "Read sensitive file untrusted":
    "Warning syscall T1555 container filesystem host maturity_stable mitre_credential_access",
  "Run shell untrusted":
    "Notice syscall T1059.004 container host maturity_stable mitre_execution process shell",
  "System user interactive":
    "Informational syscall NIST_800-53_AC-2 T1059 container host maturity_stable mitre_execution users",
  "Terminal shell in container":
    "Notice syscall T1059 container maturity_stable mitre_execution shell",
  "Contact K8S API Server From Container":
    "Notice syscall T1565 container k8s maturity_stable mitre_discovery network",
  "Netcat Remote Code Execution in Container":
    "Warning syscall T1059 container maturity_stable mitre_execution network process",
  "Search Private Keys or Passwords":
    "Warning syscall T1552.001 container filesystem host maturity_stable mitre_credential_access process",
  "Clear Log Activities":
    "Warning syscall NIST_800-53_AU-10 T1070 container filesystem host maturity_stable mitre_defense_evasion",
  "Remove Bulk Data from Disk":
    "Warning syscall T1485 container filesystem host maturity_stable mitre_impact process",
  "Create Symlink Over Sensitive Files":
    "Warning syscall T1555 container filesystem host maturity_stable mitre_credential_access",
  "Create Hardlink Over Sensitive Files":
    "Warning syscall T1555 container filesystem host maturity_stable mitre_credential_access",
  "Packet socket created in container":
    "Notice syscall T1557.002 container maturity_stable mitre_credential_access network",
  "Redirect STDOUT/STDIN to Network Connection in Container":
    "Notice syscall T1059 container maturity_stable mitre_execution network process",
  "Linux Kernel Module Injection Detected":
    "Warning syscall TA0003 container host maturity_stable mitre_persistence process",
  "Debugfs Launched in Privileged Container":
    "Warning syscall T1611 cis container maturity_stable mitre_privilege_escalation process",
  "Detect release_agent File Container Escapes":
    "Critical syscall T1611 container maturity_stable mitre_privilege_escalation process",
  "PTRACE attached to process":
    "Warning syscall T1055.008 container host maturity_stable mitre_privilege_escalation process",
  "Find AWS Credentials":
    "Warning syscall T1552 aws container host maturity_stable mitre_credential_access process",
  "Execution from /dev/shm":
    "Warning syscall T1059.004 container host maturity_stable mitre_execution",
  "Drop and execute new binary in container":
    "Critical syscall PCI_DSS_11.5.1 TA0003 container maturity_stable mitre_persistence process",
  "Disallowed SSH Connection Non Standard Port":
    "Notice syscall T1059 container host maturity_stable mitre_execution network process",
  "Fileless execution via memfd_create":
    "Critical syscall T1620 container host maturity_stable mitre_defense_evasion process",
  "Modify Shell Configuration File":
    "Warning syscall T1546.004 container filesystem host maturity_incubating mitre_persistence",
  "Schedule Cron Jobs":
    "Notice syscall T1053.003 container filesystem host maturity_incubating mitre_execution",
  "Read ssh information":
    "Error syscall T1005 container filesystem host maturity_incubating mitre_collection",
  "DB program spawned process":
    "Notice syscall T1190 container database host maturity_incubating mitre_execution process",
  "Change thread namespace":
    "Notice syscall T1611 container host maturity_incubating mitre_privilege_escalation process",
  "Launch Privileged Container":
    "Informational syscall PCI_DSS_10.2.5 T1610 cis container maturity_incubating mitre_execution",
  "Launch Excessively Capable Container":
    "Informational syscall T1610 cis container maturity_incubating mitre_execution",
  "Non sudo setuid":
    "Notice syscall T1548.001 container host maturity_incubating mitre_privilege_escalation users",
  "User mgmt binaries":
    "Notice syscall T1098 host maturity_incubating mitre_persistence software_mgmt users",
  "Create files below dev":
    "Error syscall T1543 filesystem host maturity_incubating mitre_persistence",
  "Contact EC2 Instance Metadata Service From Container":
    "Notice syscall T1552.005 aws container maturity_incubating mitre_credential_access network",
  "Launch Package Management Process in Container":
    "Error syscall T1505 container maturity_incubating mitre_persistence process software_mgmt",
  "Launch Suspicious Network Tool in Container":
    "Notice syscall T1059 container maturity_incubating mitre_execution network process",
  "Launch Suspicious Network Tool on Host":
    "Notice syscall T1059 host maturity_incubating mitre_execution network process",
  "Delete or rename shell history":
    "Warning syscall T1070 container filesystem host maturity_incubating mitre_defense_evasion process",
  "Set Setuid or Setgid bit":
    "Notice syscall T1548.001 container host maturity_incubating mitre_privilege_escalation process users",
  "Launch Remote File Copy Tools in Container":
    "Notice syscall T1020 container maturity_incubating mitre_exfiltration network process",
  "Read environment variable from /proc files":
    "Warning syscall T1083 container filesystem maturity_incubating mitre_discovery process",
  "Exfiltrating Artifacts via Kubernetes Control Plane":
    "Notice syscall TA0010 container filesystem maturity_incubating mitre_exfiltration",
  "Adding ssh keys to authorized_keys":
    "Warning syscall T1098.004 filesystem host maturity_incubating mitre_persistence",
  "BPF Program Not Profiled":
    "Notice syscall TA0003 container host maturity_incubating mitre_persistence",
  "Unexpected UDP Traffic":
    "Notice syscall TA0011 container host maturity_incubating mitre_exfiltration network",
  "Write below binary dir":
    "Error syscall T1543 container filesystem host maturity_sandbox mitre_persistence",
  "Write below etc":
    "Error syscall T1098 container filesystem host maturity_sandbox mitre_persistence",
  "Create Hidden Files or Directories":
    "Notice syscall T1564.001 container filesystem host maturity_sandbox mitre_defense_evasion",
  "Detect outbound connections to common miner pool ports":
    "Critical syscall T1496 container host maturity_sandbox mitre_impact network",
  "Known Cryptominer Process Executed":
    "Critical syscall T1496 container host maturity_sandbox mitre_impact process",
  "Web Server Spawned Shell":
    "Critical syscall T1505.003 container host maturity_sandbox mitre_execution mitre_persistence process",
  "Decoding Payload in Container":
    "Informational syscall T1132 container maturity_sandbox mitre_command_and_control process",
  "Container Drift Detected (chmod)":
    "Error syscall T1059 container filesystem maturity_sandbox mitre_execution process",
  "Container Run as Root User":
    "Informational syscall T1610 container maturity_sandbox mitre_execution process users",
  "Basic Interactive Reconnaissance":
    "Notice syscall TA0043 container host maturity_sandbox mitre_reconnaissance process",
  "Polkit Local Privilege Escalation Vulnerability (CVE-2021-4034)":
    "Critical syscall TA0004 container host maturity_sandbox mitre_privilege_escalation process users",
  "Backdoored library loaded into SSHD (CVE-2024-3094)":
    "Warning syscall T1556 container host maturity_incubating mitre_initial_access",
  "Attach/Exec Pod": "Notice k8s_audit k8s",
  "Create Privileged Pod": "Warning k8s_audit k8s",
  "Create HostNetwork Pod": "Warning k8s_audit k8s",
  "Attach to cluster-admin Role": "Warning k8s_audit k8s",
  "Anonymous Request Allowed": "Warning k8s_audit k8s",
  "K8s Secret Get Successfully": "Error k8s_audit k8s",
  "K8s Deployment Created": "Informational k8s_audit k8s",
  "K8s ConfigMap Deleted": "Informational k8s_audit k8s",
  "ClusterRole With Wildcard Created": "Warning k8s_audit k8s",
  "All K8s Audit Events": "Debug k8s_audit k8s",
  "Untrusted Node Successfully Joined the Cluster": "Error k8s_audit k8s",
  "port-forward": "Notice k8s_audit k8s",
  "Console Root Login Without MFA": "Critical aws_cloudtrail aws aws_console aws_iam cloud",
  "Deactivate MFA for Root User": "Critical aws_cloudtrail aws aws_iam cloud",
  "CloudTrail Logging Disabled": "Warning aws_cloudtrail aws aws_cloudtrail cloud",
  "Create AWS user": "Informational aws_cloudtrail aws aws_iam cloud",
  "Delete Bucket Public Access Block": "Critical aws_cloudtrail aws aws_s3 cloud",
  "Put Bucket Policy": "Warning aws_cloudtrail aws aws_s3 cloud",
  "Run Instances in Non-approved Region": "Warning aws_cloudtrail aws aws_ec2 cloud",
  "All Cloudtrail Events": "Debug aws_cloudtrail aws cloud",
  "User has been locked out in OKTA": "Notice okta okta",
  "Github action with miners": "Critical github github",
  "Backup vault deleted": "Emergency syscall T1490 acme mitre_impact",
  "Payment key exported": "Alert syscall T1552.004 acme mitre_credential_access",
  "Falco internal: syscall event drop": "Debug internal",
  "Falco internal: metrics snapshot": "Informational internal",
} as const satisfies Readonly<Record<string, `${Priority} ${string}`>>;

export type RuleName = keyof typeof RULES;
