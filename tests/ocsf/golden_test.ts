import assert from "node:assert/strict";
import type { Golden } from "./support.ts";
import { bytes, mapBytes } from "./support.ts";
import { golden as awsCloudtrail } from "./golden/aws_cloudtrail.ts";
import { golden as gcpAuditLog } from "./golden/gcp_auditlog.ts";
import { golden as github } from "./golden/github.ts";
import { golden as okta } from "./golden/okta.ts";
import { golden as newBinary } from "./golden/new_binary_in_container.ts";
import { golden as setuid } from "./golden/setuid_by_non_sudo.ts";
import { golden as shellInContainer1_8 } from "./golden/shell_in_container_1_8_0.ts";
import { golden as symlink } from "./golden/symlink_over_sensitive_file.ts";
import { golden as falcoInternal } from "./golden/falco_internal.ts";
import { golden as k8sAudit } from "./golden/k8s_audit.ts";
import { golden as outboundConnection } from "./golden/outbound_connection.ts";
import { golden as sensitiveFile } from "./golden/sensitive_file.ts";
import { golden as shellInContainer } from "./golden/shell_in_container.ts";
import { loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

const GOLDEN: Readonly<Record<string, Golden>> = {
  "a shell in a Kubernetes container": shellInContainer,
  "an outbound connection of the host": outboundConnection,
  "a sensitive file read by a process with ancestry": sensitiveFile,
  "a shell in a Kubernetes container, at 1.8.0": shellInContainer1_8,
  "a symbolic link to a sensitive file": symlink,
  "a setuid without sudo": setuid,
  "a new binary in a container, at 1.3.0": newBinary,
  "a k8s_audit event": k8sAudit,
  "an aws_cloudtrail event": awsCloudtrail,
  "an okta event": okta,
  "a github event": github,
  "a gcp_auditlog event": gcpAuditLog,
  "an internal event of Falco": falcoInternal,
};

for (const [what, { event, context, finding }] of Object.entries(GOLDEN)) {
  Deno.test(`${what} becomes its golden finding`, () => {
    assert.deepStrictEqual(mapBytes(bytes(event), context), { ...finding, raw_data: event });
  });

  testUnless(NO_SHARED, `the golden finding of ${what} is valid`, async () => {
    assert.deepEqual((await loadValidator())(finding), []);
  });
}
