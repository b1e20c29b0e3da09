import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { murmur128 } from "../../src/ocsf/murmur.ts";
import { uuidOf } from "../../src/event/uid.ts";
import { processUid } from "../../src/ocsf/process_uid.ts";
import { bytes, mapBytes, mapMembers } from "./support.ts";

Deno.test("a finding's uid is a UUIDv8 that keeps 122 bits of the payload's SHA-256", () => {
  for (let length = 0; length < 50; length++) {
    const payload = bytes("x".repeat(length));
    const uuid = uuidOf(payload);
    assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const digest = createHash("sha256").update(payload).digest().subarray(0, 16);
    digest[6] = digest[6]! & 0x0f | 0x80;
    digest[8] = digest[8]! & 0x3f | 0x80;
    assert.equal(uuid.replaceAll("-", ""), digest.toString("hex"));
  }
});

Deno.test("the sender's uuid is the uid when there is one", () => {
  const finding = mapMembers({ uuid: "6f9619ff-8b86-4d01-b42d-00c04fc964ff" });
  assert.equal(finding.metadata.uid, "6f9619ff-8b86-4d01-b42d-00c04fc964ff");
  assert.equal(finding.finding_info.uid, "6f9619ff-8b86-4d01-b42d-00c04fc964ff");
});

Deno.test("payloads that differ in one byte have different uids", () => {
  assert.notEqual(mapBytes(bytes("{}")).metadata.uid, mapBytes(bytes("{} ")).metadata.uid);
});

// Computed with mmh3 5 for Python: mmh3_x86_128 of the text in UTF-16LE, as four words.
Deno.test("murmur128 gives what the reference implementation gives for UTF-16LE", () => {
  const expected = {
    "": "00000000000000000000000000000000",
    a: "033bb196ccef4fe1ccef4fe1ccef4fe1",
    falco: "ed223ca5d0cd7bd938893a57feafaa7f",
    xxxxxxxx: "2bcf1dec5e5d1e36a16b261c3e1d2ef6",
    xxxxxxxxx: "a0b65479761dc0b67c67edf401bc78af",
    "The quick brown fox jumps over the lazy dog": "15beb6860f94f6cafed4894d28be6d5b",
    "héllo wörld 🚨": "5f323cb80099d11ad2bbccc6f077015d",
  };
  for (const [text, hash] of Object.entries(expected)) assert.equal(murmur128(text), hash, text);
});

Deno.test("a process uid depends on each part and its place", () => {
  const uids = [["a"], ["b"], ["a", "b"], ["b", "a"], ["ab"], [undefined, "a"], ["a", undefined]]
    .map(processUid);
  assert.equal(new Set(uids).size, uids.length);
  for (const uid of uids) assert.match(uid, /^falco-lake:[0-9a-f]{32}$/);
});
