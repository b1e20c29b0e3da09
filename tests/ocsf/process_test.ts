import assert from "node:assert/strict";
import { bytes, eventText, mapBytes, mapFields, mapMembers, NO_CLOUD } from "./support.ts";

function processOf(fields: Readonly<Record<string, unknown>>) {
  const { evidences, unmapped, metadata } = mapFields(fields);
  return { process: evidences?.[0]?.process, unmapped, profiles: metadata.profiles };
}

Deno.test("a process with a pid has no made-up uid", () => {
  const { process } = processOf({ "proc.name": "sh", "proc.pid": 42, "proc.vpid": "7" });
  assert.deepEqual(process, { name: "sh", pid: 42, namespace_pid: 7 });
});

Deno.test("the same process has the same uid in different findings, another one has another", () => {
  const uid = (fields: Readonly<Record<string, unknown>>, hostname = "h", output = "") =>
    mapMembers({ hostname, output, output_fields: fields }).evidences?.[0]?.process?.uid;
  const sh = { "proc.name": "sh", "proc.cmdline": "sh -c x", "container.id": "c1" };
  assert.equal(uid(sh, "h", "first"), uid({ ...sh, "user.name": "root" }, "h", "second"));
  const uids = [
    uid(sh),
    uid(sh, "other"),
    uid({ ...sh, "container.id": "c2" }),
    uid({ ...sh, "proc.cmdline": "sh -c y" }),
    uid({ ...sh, "proc.name": "bash" }),
    uid({ ...sh, "proc.exepath": "/bin/sh" }),
  ];
  assert.equal(new Set(uids).size, uids.length);
});

Deno.test("a parent has the uid that its own findings have", () => {
  const parent = mapFields({ "proc.pname": "sh", "proc.pcmdline": "sh -c x" });
  const itself = mapFields({ "proc.name": "sh", "proc.cmdline": "sh -c x" });
  assert.equal(
    parent.evidences?.[0]?.process?.parent_process?.uid,
    itself.evidences?.[0]?.process?.uid,
  );
});

Deno.test("processes that nothing is known of are not taken for the same one", () => {
  const uid = (output: string) =>
    mapMembers({ output, output_fields: { "user.name": "root" } }).evidences?.[0]?.process?.uid;
  assert.notEqual(uid("first"), uid("second"));
});

Deno.test("ids that are none, or beyond int32, stay unmapped", () => {
  const { process, unmapped, profiles } = processOf({
    "proc.pid": 2147483648,
    "thread.tid": -1,
    "user.uid": 4294967295,
    "user.loginuid": -1,
    "group.gid": "-1",
    "proc.vpid": 1.5,
    "proc.name": "sh",
  });
  assert.deepEqual(Object.keys(process ?? {}), ["name", "uid"]);
  assert.deepEqual(unmapped, {
    "proc.pid": "2147483648",
    "thread.tid": "-1",
    "user.uid": "4294967295",
    "user.loginuid": "-1",
    "group.gid": "-1",
    "proc.vpid": "1.5",
  });
  assert.deepEqual(profiles, ["datetime"]);
});

Deno.test("an id written -0 is 0", () => {
  const text = eventText({ output_fields: {} }).replace("{}", '{"proc.pid":-0}');
  assert.ok(Object.is(mapBytes(bytes(text)).evidences?.[0]?.process?.pid, 0));
});

Deno.test("a login uid brings the profile linux/linux_users, and 0 is one", () => {
  const { process, profiles } = processOf({ "user.loginuid": 0 });
  assert.equal(process?.auid, 0);
  assert.deepEqual(profiles, ["datetime", "linux/linux_users"]);
});

Deno.test("lineage runs from the oldest known ancestor to the process, paths before names", () => {
  const { process, unmapped } = processOf({
    "proc.name": "cat",
    "proc.pname": "sudo",
    "proc.pexepath": "/usr/bin/sudo",
    "proc.aname[2]": "zsh",
    "proc.aname[3]": null,
    "proc.aname[4]": "login",
    "proc.aexepath[4]": "/usr/bin/login",
    "proc.aname[7]": "alias",
    "proc.aexepath[7]": "/sbin/init",
    "proc.aname[8]": "swapper",
  });
  assert.deepEqual(process?.lineage, [
    "/sbin/init",
    "/usr/bin/login",
    "zsh",
    "/usr/bin/sudo",
    "cat",
  ]);
  assert.deepEqual(unmapped, { "proc.aname[7]": "alias", "proc.aname[8]": "swapper" });
});

Deno.test("parent and process alone make no lineage", () => {
  assert.equal(processOf({ "proc.name": "a", "proc.pname": "b" }).process?.lineage, undefined);
});

Deno.test("a group without a user belongs to nobody", () => {
  const { process, unmapped } = processOf({ "group.name": "wheel", "group.gid": 10 });
  assert.equal(process, undefined);
  assert.deepEqual(unmapped, { "group.name": "wheel", "group.gid": "10" });
});

Deno.test("what a program is called is no path, and stays where it says more than the command line", () => {
  const called = { "proc.name": "evil", "proc.cmdline": "evil -x", "proc.exe": "/usr/sbin/sshd" };
  const { process, unmapped } = processOf(called);
  assert.equal(process?.file, undefined);
  assert.deepEqual(unmapped, { "proc.exe": "/usr/sbin/sshd" });
  const python = { "proc.cmdline": "python3.11 app.py", "proc.exe": "python" };
  assert.deepEqual(processOf(python).unmapped, { "proc.exe": "python" });
  assert.equal(processOf({ ...python, "proc.exe": "python3.11" }).unmapped, undefined);
});

Deno.test("times are milliseconds, and stay where nanoseconds would be lost", () => {
  const { process, unmapped } = processOf({
    "proc.exepath": "/bin/a",
    "proc.exe_ino.mtime": "1767323045123456789",
    "proc.pid.ts": "1767323045123000000",
    "proc.pname": "b",
    "proc.ppid.ts": "1767323045000000000",
    "proc.sid": 17,
  });
  assert.equal(process?.file?.modified_time, 1767323045123);
  assert.equal(process?.created_time, 1767323045123);
  assert.equal(process?.parent_process?.created_time, 1767323045000);
  assert.deepEqual(process?.session, { uid: "17" });
  assert.deepEqual(unmapped, { "proc.exe_ino.mtime": "1767323045123456789" });
});

Deno.test("what does not begin like a variable belongs to the value before it", () => {
  const variablesOf = (environment: string) => {
    const finding = mapBytes(
      bytes(eventText({ output_fields: { "proc.name": "a", "proc.env": environment } })),
      { ...NO_CLOUD, ocsfVersion: "1.4.0" },
    );
    return [finding.evidences?.[0]?.process?.environment_variables, finding.unmapped];
  };
  assert.deepEqual(variablesOf("PS1=a b _x=-D1=2 3=4"), [
    [{ name: "PS1", value: "a b" }, { name: "_x", value: "-D1=2 3=4" }],
    undefined,
  ]);
  assert.deepEqual(variablesOf("nothing of A=b"), [undefined, { "proc.env": "nothing of A=b" }]);
});

Deno.test("a process that looks like its parent is not its own parent", () => {
  const { process } = processOf({
    ...{ "proc.name": "sh", "proc.cmdline": "sh", "proc.exepath": "/bin/sh" },
    ...{ "proc.pname": "sh", "proc.pcmdline": "sh", "proc.pexepath": "/bin/sh" },
  });
  assert.match(process!.parent_process!.uid!, /^falco-lake:[0-9a-f]{32}$/);
  assert.notEqual(process!.parent_process!.uid, process!.uid);
});
