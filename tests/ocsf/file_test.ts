import assert from "node:assert/strict";
import { mapFields } from "./support.ts";

const fileOf = (fields: Readonly<Record<string, unknown>>) => {
  const { evidences, unmapped } = mapFields(fields);
  return { file: evidences?.[0]?.file, unmapped };
};

Deno.test("fd.type tells the type of a file", () => {
  const types = {
    file: { type_id: 1, type: "Regular File" },
    directory: { type_id: 2, type: "Folder" },
    unix: { type_id: 5, type: "Local Socket" },
    pipe: { type_id: 6, type: "Named Pipe" },
  };
  for (const [fdType, type] of Object.entries(types)) {
    assert.deepEqual(fileOf({ "fd.name": "/run/x", "fd.type": fdType }), {
      file: { name: "x", path: "/run/x", parent_folder: "/run", ...type },
      unmapped: undefined,
    });
  }
});

Deno.test("an absolute path without a type is a file of unknown type", () => {
  assert.deepEqual(fileOf({ "fd.name": "/etc/shadow" }).file, {
    name: "shadow",
    path: "/etc/shadow",
    parent_folder: "/etc",
    type_id: 0,
    type: "Unknown",
  });
});

Deno.test("names and folders are cut at the last slash that has something after it", () => {
  const parts = (path: string) => {
    const { file } = fileOf({ "fd.name": path });
    return [file?.name, file?.parent_folder, file?.path];
  };
  assert.deepEqual(parts("/"), ["/", undefined, "/"]);
  assert.deepEqual(parts("/x"), ["x", "/", "/x"]);
  assert.deepEqual(parts("/tmp/a b/"), ["a b", "/tmp", "/tmp/a b/"]);
  assert.deepEqual(parts("//"), ["/", undefined, "//"]);
});

Deno.test("without fd.name the path is fs.path.name, else evt.arg.path", () => {
  assert.equal(fileOf({ "fs.path.name": "/a/b", "evt.arg.path": "/c/d" }).file?.path, "/a/b");
  assert.equal(fileOf({ "evt.arg.path": "/c/d" }).file?.path, "/c/d");
  assert.deepEqual(fileOf({ "evt.arg.path": "S_ISUID" }), {
    file: undefined,
    unmapped: { "evt.arg.path": "S_ISUID" },
  });
});

Deno.test("every other path that a call was given is an evidence of its own, each once", () => {
  const { evidences, unmapped } = mapFields({
    "fd.name": "/home/a/.bash_history",
    "evt.arg.name": "/home/a/.bash_history",
    "evt.arg.oldpath": "../a",
    "evt.arg.newpath": "/tmp/b",
    "evt.arg.target": "S_ISUID",
  });
  assert.deepEqual(evidences?.map(({ file }) => file?.path), [
    "/home/a/.bash_history",
    "../a",
    "/tmp/b",
  ]);
  assert.deepEqual(unmapped, { "evt.arg.target": "S_ISUID" });
});

Deno.test("a socket is no file, whatever fd.type says", () => {
  assert.deepEqual(fileOf({ "fd.name": "10.0.0.1:5->10.0.0.2:6", "fd.type": "unix" }), {
    file: undefined,
    unmapped: { "fd.type": "unix" },
  });
});

Deno.test("other file descriptors are no files", () => {
  assert.deepEqual(fileOf({ "fd.name": "anon_inode:[eventfd]", "fd.type": "event" }), {
    file: undefined,
    unmapped: { "fd.name": "anon_inode:[eventfd]", "fd.type": "event" },
  });
});
