import assert from "node:assert/strict";
import { attacksOf } from "../../src/ocsf/attack.ts";

const version = "18.1";
const EXECUTION = { uid: "TA0002", name: "Execution" };
const EVASION = { uid: "TA0005", name: "Defense Evasion" };
const INTERPRETER = { uid: "T1059", name: "Command and Scripting Interpreter" };

Deno.test("one tactic and one technique are one attack", () => {
  assert.deepEqual(attacksOf(["T1059", "container", "mitre_execution"]), [
    { version, tactic: EXECUTION, technique: INTERPRETER },
  ]);
});

Deno.test("one tactic goes with each of several techniques", () => {
  assert.deepEqual(attacksOf(["T1059", "mitre_execution", "T1204"]), [
    { version, tactic: EXECUTION, technique: INTERPRETER },
    { version, tactic: EXECUTION, technique: { uid: "T1204", name: "User Execution" } },
  ]);
});

Deno.test("a sub-technique brings its technique", () => {
  assert.deepEqual(attacksOf(["T1059.004"]), [
    {
      version,
      technique: INTERPRETER,
      sub_technique: { uid: "T1059.004", name: "Unix Shell" },
    },
  ]);
});

Deno.test("with two tactics nobody knows whose the technique is, so all three stand alone", () => {
  assert.deepEqual(attacksOf(["mitre_execution", "mitre_defense_evasion", "T1059"]), [
    { version, tactic: EXECUTION },
    { version, tactic: EVASION },
    { version, technique: INTERPRETER },
  ]);
});

Deno.test("a tactic tagged by name and by id is one tactic", () => {
  assert.deepEqual(attacksOf(["TA0002", "mitre_execution", "T1059", "T1059"]), [
    { version, tactic: EXECUTION, technique: INTERPRETER },
  ]);
});

Deno.test("gcpaudit's spellings, an id and a name, are read by their id", () => {
  assert.deepEqual(attacksOf(["TA0005-defense-evasion", "T1562-impair-defenses"]), [
    { version, tactic: EVASION, technique: { uid: "T1562", name: "Impair Defenses" } },
  ]);
});

Deno.test("all fourteen tactics are known by Falco's tags", () => {
  const tags = [
    ...["reconnaissance", "resource_development", "initial_access", "execution", "persistence"],
    ...["privilege_escalation", "defense_evasion", "credential_access", "discovery"],
    ...["lateral_movement", "collection", "command_and_control", "exfiltration", "impact"],
  ];
  assert.deepEqual(attacksOf(tags.map((tag) => `mitre_${tag}`))?.map(({ tactic }) => tactic?.uid), [
    ...["TA0043", "TA0042", "TA0001", "TA0002", "TA0003", "TA0004", "TA0005", "TA0006", "TA0007"],
    ...["TA0008", "TA0009", "TA0011", "TA0010", "TA0040"],
  ]);
});

Deno.test("an unknown id keeps its id and has no name", () => {
  assert.deepEqual(attacksOf(["TA9999", "T8888.777"]), [
    {
      version,
      tactic: { uid: "TA9999" },
      technique: { uid: "T8888" },
      sub_technique: { uid: "T8888.777" },
    },
  ]);
});

Deno.test("gcpaudit's rules name a technique after mitre_", () => {
  assert.deepEqual(attacksOf(["mitre_data_destruction"]), [
    { version: "18.1", technique: { uid: "T1485", name: "Data Destruction" } },
  ]);
});

Deno.test("tags that only look like ATT&CK are none", () => {
  const tags = [
    ...["mitre_", "mitre_toString", "MITRE_EXECUTION", "TA00055"],
    ...["T105", "T10590", "T1059.4", "T1059x", "TA0005x", "xT1059", "t1059", "", "container"],
  ];
  assert.equal(attacksOf(tags), undefined);
});
