import { before, other, type Scenario } from "./event_scenario.ts";

const DAY = 86_400_000_000_000n;
const AUDIT = "eks-prod-controlplane";
const TRAIL = "falco-cloudtrail-0";
const ADMIN = { "ka.user.name": "zoë@acme.example", "ka.response.code": "201" };
const ALLOWED = {
  "ka.auth.decision": "allow",
  "ka.auth.reason": 'RBAC: allowed by ClusterRoleBinding "ops"',
};
const ROOT = { "ct.user": "root", "ct.srcip": "203.0.113.66", "ct.region": "us-east-1" };
const CI = { "ct.user": "ci-déploiement", "ct.srcip": "198.51.100.24", "ct.region": "eu-west-1" };

const target = (resource: string, name: string | null, namespace: string | null) => ({
  "ka.target.resource": resource,
  "ka.target.name": name,
  "ka.target.namespace": namespace,
});

/** Events of the plugins k8s_audit, aws_cloudtrail, okta and github, and Falco's own. */
export const PLUGIN_SCENARIOS: readonly Scenario[] = [
  other("Attach/Exec Pod", AUDIT, "Somebody ran a command in a pod", {
    ...ADMIN,
    ...target("pods", "cart-6d5f9c7b8-x2vqk", "shop"),
    "ka.target.subresource": "exec",
    "ka.uri.param[command]": "bash",
  }),
  other("Attach/Exec Pod", AUDIT, "Somebody attached to a pod", {
    ...ADMIN,
    ...target("pods", "payments-api-0", "payments"),
    "ka.target.subresource": "attach",
    "ka.uri.param[command]": null,
  }),
  other("port-forward", AUDIT, "Somebody opened a tunnel to a pod", {
    ...ADMIN,
    ...target("pods", "redis-master-0", "cache"),
    "ka.target.subresource": "portforward",
  }),
  other("Create Privileged Pod", AUDIT, "A pod with all privileges was created", {
    ...ADMIN,
    ...target("pods", null, "kube-system"),
    "ka.resp.name": "node-shell-7f3",
    "ka.req.pod.containers.image": "(docker.io/library/alpine:3.22)",
    "ka.req.pod.initContainers.image": null,
  }),
  other("Create HostNetwork Pod", AUDIT, "A pod on the node's own network was created", {
    ...ADMIN,
    ...target("pods", null, "web"),
    "ka.resp.name": "sniffer-0",
    "ka.req.pod.containers.image": "(quay.io/acme/sniffer:v1 docker.io/library/busybox:1)",
  }),
  other("Attach to cluster-admin Role", AUDIT, "Somebody was made administrator", {
    ...ADMIN,
    "ka.req.binding.subjects": '[{"kind":"User","name":"José Ñandú"}]',
  }),
  other("ClusterRole With Wildcard Created", AUDIT, "A role may do everything", {
    ...ADMIN,
    ...target("clusterroles", "ci-all", null),
    "ka.req.role.rules": '[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]',
  }),
  other("Anonymous Request Allowed", AUDIT, "A request without a name was answered", {
    "ka.user.name": "system:anonymous",
    "ka.verb": "get",
    "ka.uri": "/api/v1/namespaces/default/secrets?limit=500",
    "ka.auth.reason": null,
  }),
  other("K8s Secret Get Successfully", AUDIT, "A secret was read", {
    ...ALLOWED,
    ...target("secrets", "stripe-clé", "payments"),
    "ka.user.name": "system:serviceaccount:shop:cart",
    "ka.response.code": "200",
  }),
  other("K8s Deployment Created", AUDIT, "A deployment was created", {
    ...ADMIN,
    ...ALLOWED,
    ...target("deployments", "cart", "shop"),
  }),
  other("K8s ConfigMap Deleted", AUDIT, "Configuration was deleted", {
    ...ADMIN,
    ...ALLOWED,
    ...target("configmaps", "feature-flags", "shop"),
  }),
  other("Untrusted Node Successfully Joined the Cluster", AUDIT, "An unknown node joined", {
    "ka.user.name": "system:node:rogue-1",
    ...target("nodes", "rogue-1", null),
  }),
  other("All K8s Audit Events", AUDIT, "The cluster was asked something", {
    "ka.user.name": "kube-probe",
    "ka.verb": "list",
    "ka.uri": "/readyz",
    "jevt.obj": '{"kind":"Event","note":"día"}',
  }),
  other(
    "Console Root Login Without MFA",
    TRAIL,
    "The account's owner logged in by password alone",
    ROOT,
  ),
  other("Deactivate MFA for Root User", TRAIL, "The owner's second factor was removed", {
    ...ROOT,
    "ct.request.serialnumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
  }),
  other("CloudTrail Logging Disabled", TRAIL, "The trail records no more", {
    ...ROOT,
    "ct.request.name": "arn:aws:cloudtrail:us-east-1:123456789012:trail/main",
  }),
  other("Create AWS user", TRAIL, "An account was created", {
    ...ROOT,
    "ct.request.username": "backup2",
  }),
  other("Delete Bucket Public Access Block", TRAIL, "A bucket may be made public", {
    ...CI,
    "s3.bucket": "acme-rechnungen",
  }),
  other("Put Bucket Policy", TRAIL, "A bucket was opened", {
    ...CI,
    "ct.srcip": "2001:db8:ffff::7",
    "s3.bucket": "acme-rechnungen",
    "ct.request.policy": '{"Statement":[{"Effect":"Allow","Principal":"*"}]}',
  }),
  other("Run Instances in Non-approved Region", TRAIL, "Machines were started where we have none", {
    ...CI,
    "ct.region": "ap-southeast-3",
    "ct.request.availabilityzone": null,
    "ct.response.subnetid": "subnet-0f00ba12",
    "json.value[/responseElements/instancesSet/items/0/instanceId]": "i-0123456789abcdef0",
  }),
  other("All Cloudtrail Events", TRAIL, "The cloud was asked something", {
    "evt.num": 9_007_199_254_740_993n,
    "evt.plugininfo": "eu-west-1 ListBuckets",
    "ct.id": "1c2d3e4f-0a1b-4c2d-8e3f-112233445566",
    "ct.error": null,
  }),
  other("User has been locked out in OKTA", "falco-okta-0", "Too many wrong passwords", {
    "okta.actor.name": "Zoë Müller",
    "okta.client.ip": "203.0.113.99",
    "okta.evt.type": "user.account.lock",
  }),
  other("Github action with miners", "falco-github-0", "A build mines coins", {
    "github.repo": "https://github.com/acme/shop",
    "github.user": "mallory",
    "github.workflow.miners.detected": null,
  }),
  other(
    "Falco internal: syscall event drop",
    "ip-10-0-1-23.eu-west-1.compute.internal",
    "Falco lost 4096 events",
    {
      "ebpf_enabled": "1",
      "n_drops": "4096",
      "n_drops_buffer_total": "4096",
      "n_evts": "2270350",
    },
  ),
  other("Falco internal: metrics snapshot", "bastion-01.acme.example", "Falco's numbers", {
    "evt.source": "syscall",
    "falco.cpu_usage_perc": 12.5,
    "falco.evts_rate_sec": 1846.4,
    "falco.host_boot_ts": before(41n * DAY + 3n),
    "falco.memory_rss_mb": 71.25,
    "falco.num_evts": 11_400_714_819_323_198_485n,
    "falco.outputs_queue_num_drops": 0,
    "falco.version": "0.43.1",
  }),
];
