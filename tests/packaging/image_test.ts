import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { makeImage } from "../../scripts/container/make_image.ts";
import type { Processor } from "../../scripts/build/build_binary.ts";
import {
  builtImage,
  builtPackages,
  ORIGIN,
  type OrMissing,
  platformOf,
} from "../support/built_image.ts";
import { filesOf, readImage, unpack } from "../support/image.ts";
import { NO_QEMU } from "../support/qemu.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

const PROCESSORS: readonly Processor[] = ["x86_64", "aarch64"];
const packages = new Map<Processor, OrMissing<string>>();
for (const processor of PROCESSORS) packages.set(processor, await builtPackages(processor));

/** The first bytes of a program for a machine: all that the image's maker looks at. */
function writeProgram(path: string, processor: Processor): string {
  const header = new DataView(new ArrayBuffer(64));
  header.setUint32(0, 0x7f454c46);
  header.setUint16(18, platformOf(processor).elfMachine, true);
  Deno.writeFileSync(path, new Uint8Array(header.buffer));
  return path;
}

const imageOf = (processor: Processor, binary: string, created = ORIGIN.created) =>
  makeImage({
    platform: platformOf(processor),
    origin: { ...ORIGIN, created },
    binary,
    packages: packages.get(processor)!.value!,
    root: ROOT,
  });

for (const processor of PROCESSORS) {
  const { missing } = packages.get(processor)!;

  testUnless(
    missing,
    `The same parts give the same image (${processor}), and the layer below the agent is no matter of the date`,
    async () => {
      await using box = sandbox();
      const binary = writeProgram(`${box.directory}/program`, processor);
      const first = await imageOf(processor, binary);
      assert.ok(Buffer.from(first).equals(await imageOf(processor, binary)));
      const later = readImage(await imageOf(processor, binary, ORIGIN.created + 1));
      const { config } = readImage(first);
      assert.equal(config.rootfs.diff_ids[0], later.config.rootfs.diff_ids[0]);
      assert.notEqual(config.rootfs.diff_ids[1], later.config.rootfs.diff_ids[1]);
    },
  );

  testUnless(
    missing,
    `An image (${processor}) has no program but the agent and the libraries, and nothing of another machine`,
    async () => {
      await using box = sandbox();
      const files = filesOf(
        readImage(await imageOf(processor, writeProgram(`${box.directory}/p`, processor))),
      );
      const { elfMachine, triplet } = platformOf(processor);
      const others = [...files.values()].filter(({ path, kind }) =>
        kind !== "directory" && /^(usr\/)?(s?bin|lib\w*)\//.test(path) &&
        !/^usr\/lib(64)?\/([^/]+-linux-gnu\/)?[^/]+\.so(\.\d+)*$/.test(path)
      );
      assert.deepEqual(others.map(({ path }) => path), ["usr/lib/os-release"]);
      for (const { path, ...entry } of files.values()) {
        if (entry.kind !== "file") continue;
        const isProgram = new DataView(entry.content.buffer, entry.content.byteOffset);
        if (entry.content.length > 20 && isProgram.getUint32(0) === 0x7f454c46) {
          assert.equal(isProgram.getUint16(18, true), elfMachine, path);
          assert.match(path, /\.so(\.\d+)*$|^usr\/local\/bin\/falco-lake$/);
        } else assert.equal(entry.mode & 0o111, 0, `${path} can be run`);
        assert.equal(entry.mode & 0o7022, 0, `${path} can be written to by others`);
      }
      for (const name of ["libc.so.6", "libm.so.6", "libdl.so.2", "libgcc_s.so.1"]) {
        assert.ok(files.has(`usr/lib/${triplet}/${name}`), name);
      }
      const text = (path: string) => {
        const entry = files.get(path);
        assert.ok(entry?.kind === "file", path);
        return new TextDecoder().decode(entry.content);
      };
      assert.match(text("etc/passwd"), /^nonroot:x:65532:65532:/m);
      assert.match(text("usr/lib/os-release"), /^ID=debian$/m);
      assert.match(text("var/lib/dpkg/status.d/libc6"), /^Version: 2\.\d+/m);
      const certificates = text("etc/ssl/certs/ca-certificates.crt").match(/-BEGIN CERT/g);
      assert.ok(certificates!.length > 100);
      for (const name of ["libc6", "gcc-14-base", "ca-certificates", "falco-lake"]) {
        assert.ok(text(`usr/share/doc/${name}/copyright`).length > 500, name);
      }
      const owned = [...files.values()].filter(({ uid, gid }) => uid !== 0 || gid !== 0);
      assert.deepEqual(owned.map(({ path, mode, uid, gid }) => [path, mode, uid, gid]), [
        ["home/nonroot", 0o700, 65532, 65532],
        ["var/lib/falco-lake", 0o700, 65532, 65532],
      ]);
      assert.equal(files.get("tmp")?.mode, 0o1777);
    },
  );
}

testUnless(
  packages.get("x86_64")!.missing,
  "A binary for another machine, and one that is missing, are refused, saying what to do",
  async () => {
    await using box = sandbox();
    const arm = writeProgram(`${box.directory}/arm`, "aarch64");
    await assert.rejects(imageOf("x86_64", arm), /arm: it is a program for another machine/);
    Deno.writeTextFileSync(`${box.directory}/text`, "#!/bin/sh\n");
    await assert.rejects(imageOf("x86_64", `${box.directory}/text`), /text: it is no program/);
    await assert.rejects(imageOf("x86_64", `${box.directory}/none`), /none; build it first: /);
  },
);

const arm = NO_QEMU === undefined
  ? await builtImage("aarch64")
  : { value: undefined, missing: NO_QEMU };

testUnless(arm.missing, "The arm64 image says so, and has all that its program needs", async () => {
  const image = readImage(arm.value!);
  const [manifest] = image.index.manifests;
  assert.deepEqual(manifest!.platform, { architecture: "arm64", os: "linux", variant: "v8" });
  assert.deepEqual([image.config.architecture, image.config.os], ["arm64", "linux"]);
  assert.equal(manifest!.annotations["io.containerd.image.name"], "localhost/falco-lake:1.2.3");
  assert.deepEqual(image.docker[0]!.RepoTags, ["localhost/falco-lake:1.2.3"]);
  await using box = sandbox();
  unpack(image, box.directory);
  // Shared libraries come from the image: it is put before every path that begins with a slash.
  const { success, stdout, stderr } = await new Deno.Command("qemu-aarch64", {
    args: ["-L", box.directory, `${box.directory}/usr/local/bin/falco-lake`, "version"],
    clearEnv: true,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  assert.match(new TextDecoder().decode(stdout), /^Platform +linux\/aarch64$/m);
});
