/** Events that together fill every attribute that the mappers of clouds, GitHub and Falco write. */
import { eventText } from "./support.ts";

const CLOUDTRAIL = eventText({
  source: "aws_cloudtrail",
  hostname: "h",
  output_fields: {
    ...{ "evt.num": 7, "ct.name": "PutObject", "ct.src": "s3.amazonaws.com", "ct.requestid": "r" },
    ...{ "ct.error": "AccessDenied", "ct.errormessage": "no", "ct.response": "{}" },
    ...{ "ct.user": "u", "ct.user.arn": "arn:u", "ct.user.principalid": "AIDA" },
    ...{ "ct.user.identitytype": "IAMUser", "ct.user.accountid": "210987654321" },
    ...{ "ct.srcip": "203.0.113.7", "ct.useragent": "aws-cli/2", "ct.request.policy": "{}" },
    ...{ "ct.region": "us-east-1", "ct.request.availabilityzone": "us-east-1a" },
    ...{ "ct.recipientaccountid": "210987654321", "ct.request.host": "s3.amazonaws.com" },
    ...{ "s3.bucket": "b", "s3.key": "k", "s3.uri": "s3://b/k" },
  },
});

/** CloudTrail names a service instead of an address when that made the request. */
const CLOUDTRAIL_OF_SERVICE = eventText({
  source: "aws_cloudtrail",
  output_fields: { "ct.srcip": "cloudformation.amazonaws.com" },
});

const GITHUB = eventText({
  source: "github",
  output_fields: {
    ...{ "github.type": "push", "github.user": "u", "github.owner": "o", "github.org": "o" },
    ...{ "github.repo.name": "o/r", "github.repo.url": "https://github.com/o/r" },
    ...{ "github.collaborator.name": "c", "github.collaborator.role": "admin" },
    "github.diff.committed_secrets.files": "src/a.txt,src/b.txt",
  },
});

const GCP_AUDITLOG = eventText({
  source: "gcp_auditlog",
  hostname: "h",
  output_fields: {
    ...{ "gcp.methodName": "storage.setIamPermissions", "gcp.serviceName": "storage" },
    ...{ "gcp.user": "a@example.org", "gcp.callerIP": "203.0.113.7", "gcp.userAgent": "gcloud/4" },
    ...{ "gcp.projectId": "p", "gcp.location": "us-central1", "gcp.storage.bucket": "b" },
    ...{ "gcp.request": "{}", "gcp.authorizationInfo": `[{"granted":true,"permission":"x"}]` },
  },
});

const INTERNAL = eventText({
  source: "internal",
  hostname: "h",
  output_fields: {
    ...{ "falco.version": "0.43.1", "falco.kernel_release": "6.8.0-45-generic" },
    "falco.host_boot_ts": "1748555738000000001",
  },
});

export const CLOUD_EVENTS: readonly string[] = [
  CLOUDTRAIL,
  CLOUDTRAIL_OF_SERVICE,
  GITHUB,
  GCP_AUDITLOG,
  INTERNAL,
];
