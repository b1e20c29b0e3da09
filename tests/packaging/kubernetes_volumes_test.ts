import assert from "node:assert/strict";
import { launchAgent, spawnAgent } from "../../scripts/spawn_agent.ts";
import { builtBinary } from "../support/binary.ts";
import { KUBERNETES, kustomize, NO_KUSTOMIZE } from "../support/kustomize.ts";
import { isThere } from "../support/is_there.ts";
import { makeEvent } from "../support/make_event.ts";
import { workloadOf } from "../support/manifest.ts";
import { flush, post } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";
import { type Variant } from "./rendered.ts";

/*
 * The binary under the user and with the capabilities that the manifests give it, on folders as the
 * kubelet makes them.
 */

const SETPRIV = "/usr/bin/setpriv";
const binary = await builtBinary();
const missing = binary.missing ?? NO_KUSTOMIZE ??
  (Deno.uid() === 0 ? undefined : "only root can run an agent as somebody else") ??
  (isThere(SETPRIV) ? undefined : `there is no ${SETPRIV}; apt-get install util-linux`);

/** A folder that other users can reach, with the binary in it. */
function volume(): Disposable & { readonly directory: string; readonly program: string } {
  const directory = Deno.makeTempDirSync({ prefix: "falco-lake-volume-" });
  Deno.chmodSync(directory, 0o711);
  Deno.copyFileSync(binary.path!, `${directory}/falco-lake`);
  Deno.chmodSync(`${directory}/falco-lake`, 0o755);
  Deno.mkdirSync(`${directory}/data`);
  return {
    directory,
    program: `${directory}/falco-lake`,
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

/** How the agent is started there. */
function options({ directory, program }: ReturnType<typeof volume>, user: number) {
  const flags = [
    `--reuid=${user}`,
    `--regid=${user}`,
    user === 0 ? "--clear-groups" : `--groups=${user}`,
    "--bounding-set=-all",
    "--inh-caps=-all",
    "--no-new-privs",
  ];
  return {
    binary: SETPRIV,
    args: [...flags, program, "run"],
    cwd: "/",
    environment: {
      LISTENADDRESS: "127.0.0.1",
      LISTENPORT: "0",
      BUFFER_DIRECTORY: `${directory}/data/buffer`,
      LAKE_DIRECTORY: `${directory}/data/lake`,
      AWS_SECURITYLAKE_INTERVAL: "1h",
    },
  };
}

function securityOf(variant: Variant) {
  const { securityContext } = workloadOf(kustomize(KUBERNETES + variant)).spec.template.spec;
  return securityContext as typeof securityContext & { readonly fsGroup?: number };
}

/** All below a folder, as the kubelet does it for fsGroup (`SetVolumeOwnership`). */
function giveToGroup(path: string, group: number): void {
  const { mode, isDirectory } = Deno.statSync(path);
  Deno.chownSync(path, null, group);
  Deno.chmodSync(path, (mode! & 0o7777) | (isDirectory ? 0o2770 : 0o660));
  if (!isDirectory) return;
  for (const { name } of Deno.readDirSync(path)) giveToGroup(`${path}/${name}`, group);
}

testUnless(
  missing,
  "A volume of the StatefulSet: only the agent reads its files, and a changed group is no obstacle",
  async () => {
    using place = volume();
    const { runAsUser, fsGroup } = securityOf("statefulset");
    assert.deepEqual([runAsUser, fsGroup], [65532, 65532]);
    const data = `${place.directory}/data`;
    Deno.mkdirSync(`${data}/lost+found`, { mode: 0o700 });
    giveToGroup(data, fsGroup!);
    const first = await spawnAgent(options(place, runAsUser!));
    assert.equal(await post(first, makeEvent(1)), 200);
    for (const { name } of Deno.readDirSync(`${data}/buffer`)) {
      assert.equal(Deno.statSync(`${data}/buffer/${name}`).mode! & 0o777, 0o600, name);
    }
    await first.kill();
    // What OnRootMismatch spares it, and what other settings or drivers may do.
    giveToGroup(data, fsGroup!);
    const second = await spawnAgent(options(place, runAsUser!));
    assert.equal(await post(second, makeEvent(2)), 200);
    await flush(second);
    assert.equal(await second.stop(), 0, second.log());
    assert.equal((await rowsOf(folderLake(`${data}/lake`))).length, 2);
  },
);

testUnless(
  missing,
  "A folder of the node: root without capabilities has it, others have not",
  async () => {
    using place = volume();
    const { runAsUser } = securityOf("daemonset");
    assert.equal(runAsUser, 0);
    Deno.chmodSync(`${place.directory}/data`, 0o755);
    for (const id of [1, 2]) {
      const agent = await spawnAgent(options(place, 0));
      assert.match(Deno.readTextFileSync(`/proc/${agent.pid}/status`), /^CapEff:\t0+$/m);
      assert.equal(await post(agent, makeEvent(id)), 200);
      if (id === 1) await agent.kill();
      else assert.equal(await agent.stop(), 0, agent.log());
    }
    assert.equal((await rowsOf(folderLake(`${place.directory}/data/lake`))).length, 2);
    assert.equal(Deno.statSync(`${place.directory}/data/buffer`).mode! & 0o777, 0o700);
    const other = launchAgent(options(place, 65532));
    assert.equal(await other.exited, 1);
    assert.match(other.log(), /Permission denied|belongs to uid 0/);
  },
);
