import assert from "node:assert/strict";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { installedMachine, NO_MACHINE } from "../support/installed_machine.ts";
import { makeEvent } from "../support/make_event.ts";
import { testUnless } from "../support/skip.ts";

const DROP_IN = "/etc/systemd/system/falco-lake.service.d/test.conf";

testUnless(
  NO_MACHINE,
  "systemd: variables of a file that root alone may read reach the program",
  async () => {
    await using machine = await installedMachine();
    const file = "/etc/falco-lake/environment";
    assert.equal(await machine.sure(`stat --format='%a %U' ${file}`), "600 root");
    await machine.sure(`echo CUSTOMTAGS=from_environment >>${file}`);
    await machine.sure("systemctl restart falco-lake");
    assert.equal(await machine.post("/", makeEvent(1)), 200);
    await machine.sure("systemctl stop falco-lake");
    const row = JSON.parse(
      await machine.sure("falco-lake cat $(find /var/lib/falco-lake/lake/ -name '*.parquet')"),
    );
    assert.ok(row.metadata.labels.includes("from_environment"));
  },
);

testUnless(
  NO_MACHINE,
  "systemd: the credentials file is readable for the service where it looks for it, and need not exist",
  async () => {
    await using machine = await installedMachine();
    // In the service's place, as its user, before it.
    await machine.sure("mkdir /etc/systemd/system/falco-lake.service.d");
    await machine.write(
      DROP_IN,
      `[Service]\nExecStartPre=/bin/sh -c 'sed "s/^/shown: /" "$AWS_SHARED_CREDENTIALS_FILE" >&2'\n`,
    );
    await machine.sure("systemctl daemon-reload");
    const shown = async () => {
      await machine.sure("systemctl restart falco-lake");
      const lines =
        "journalctl -o cat _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID falco-lake)";
      await machine.until(`${lines} | grep listening`); // what comes after it
      return await machine.sure(`${lines} | grep '^shown: '`);
    };
    assert.equal(await shown(), "shown: # There was no aws-credentials file at the start.");
    const file = "/etc/falco-lake/aws-credentials";
    await machine.write(file, "[default]\naws_access_key_id = AKIAEXAMPLE\n");
    assert.equal(await machine.sure(`stat --format='%a %U' ${file}`), "600 root");
    assert.equal(await shown(), "shown: [default]\nshown: aws_access_key_id = AKIAEXAMPLE");
  },
);

testUnless(
  NO_MACHINE ?? NO_OPENSSL,
  "systemd: a TLS key that root alone may read serves as a credential of a drop-in",
  async () => {
    await using machine = await installedMachine();
    using certificates = new Certificates();
    const { cert, key } = certificates.issue(certificates.authority("ca"), "server");
    await machine.write("/etc/falco-lake/tls.crt", cert);
    await machine.write("/etc/falco-lake/tls.key", key);
    await machine.sure("mkdir /etc/systemd/system/falco-lake.service.d");
    await machine.write(
      DROP_IN,
      `[Service]
LoadCredential=tls.crt:/etc/falco-lake/tls.crt
LoadCredential=tls.key:/etc/falco-lake/tls.key
Environment=TLSSERVER_DEPLOY=true
Environment=TLSSERVER_CERTFILE=/run/credentials/falco-lake.service/tls.crt
Environment=TLSSERVER_KEYFILE=/run/credentials/falco-lake.service/tls.key
`,
    );
    await machine.sure("systemctl daemon-reload && systemctl restart falco-lake");
    const authority = `${certificates.directory}/ca.crt`;
    assert.equal(await machine.post("/", makeEvent(1), { authority }), 200);
    assert.notEqual(await machine.post("/", makeEvent(1)), 200);
  },
);
