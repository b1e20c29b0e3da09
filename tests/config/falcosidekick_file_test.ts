import assert from "node:assert/strict";
import { load } from "./support.ts";

/**
 * A file in the shape of falcosidekick's full example: sections with nothing in them but comments,
 * empty texts, its own spelling, and values that are its defaults.
 */
const FILE = `
#listenaddress: ""
debug: false
customfields: # nothing but comments
  # Akey: "AValue"
templatedfields:
  # Dkey: '{{ or (index . "k8s.ns.labels.foo") "bar" }}'
customtags:
  # - tagA
# bracketreplacer: "_"
outputFieldFormat: "<timestamp>: <priority> <output> <custom_fields> <templated_fields>"
mutualtlsfilespath: "/etc/certs"
mutualtlsclient:
  certfile: "/etc/certs/client/client.crt"
tlsclient:
  cacertfile: "/etc/certs/client/ca.crt"
tlsserver:
  deploy: false
  certfile: "/etc/certs/server/server.crt"
  keyfile: "/etc/certs/server/server.key"
  mutualtls: false
  cacertfile: "/etc/certs/server/ca.crt"
  notlsport: 2810
  notlspaths:
    - "/ping"
    # - "/metrics"
slack:
  webhookurl: ""
  #icon: ""
  outputformat: "all"
datadog:
  # apikey: ""
aws:
  # accesskeyid: ""
  lambda:
  # functionname : ""
  sns:
    rawjson: false
  securitylake:
    bucket: "" # other examples have it commented out
    region: ""
    interval: 5
    batchsize: 1000
azure:
  eventHub:
    name: ""
gcp:
  credentials: ""
  pubsub:
    projectid: ""
kubeless:
  port: 8080
googlechat:
  messageformat: 'Alert : rule *{{ .Rule }}*'
dogstatsd:
  namespace: "falcosidekick."
prometheus:
  # extralabels: ""
`;

Deno.test("a file in the shape of falcosidekick's full example loads, and what has no effect is named", () => {
  const { config, warnings } = load(FILE);
  assert.equal(
    config.outputfieldformat,
    "<timestamp>: <priority> <output> <custom_fields> <templated_fields>",
  );
  assert.deepEqual(config.customfields, []);
  assert.deepEqual(config.tlsserver.notlspaths, ["/ping"]);
  assert.equal(config.aws.securitylake.interval, 300_000);
  assert.deepEqual(warnings, [
    "f.yaml:25:5: tlsserver.notlspaths: Has no effect without tlsserver.deploy",
  ]);
});
