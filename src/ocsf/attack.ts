import { ATTACK_VERSION, TACTIC_NAMES, TECHNIQUE_NAMES } from "./attack_names.ts";
import type { Attack, Named, Writable } from "./finding.ts";

/** `TA0005`, `TA0005-defense-evasion`. */
const TACTIC_ID = /^(TA\d{4})(?:-|$)/;
/** `T1059`, `T1059.004`, `T1562-impair-defenses`. */
const TECHNIQUE_ID = /^((T\d{4})(?:\.\d{3})?)(?:-|$)/;
const NAME = "mitre_";

/** Ids by the name that follows `mitre_` in Falco's tags: `defense_evasion`. */
const byTag = (names: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...names].map(([uid, name]) => [name.toLowerCase().replaceAll(" ", "_"), uid]));

const TACTIC_BY_TAG = byTag(TACTIC_NAMES);
/** gcpaudit's rules name a technique so: `mitre_data_destruction`. */
const TECHNIQUE_BY_TAG = byTag(TECHNIQUE_NAMES);

/**
 * Reads ATT&CK tactics and techniques from a rule's tags, in all spellings the rules use
 * (https://falco.org/docs/concepts/rules/style-guide, and gcpaudit's own). Other tags stay labels.
 *
 * Tags are a flat set: which technique serves which tactic is known only when there is one tactic.
 * Then each technique carries it; otherwise tactics and techniques are entries of their own.
 */
export function attacksOf(tags: readonly string[]): Attack[] | undefined {
  const tactics = new Set<string>();
  const techniques = new Set<string>();
  for (const tag of tags) {
    if (tag.startsWith(NAME)) {
      const name = tag.slice(NAME.length);
      const tactic = TACTIC_BY_TAG.get(name);
      const technique = TECHNIQUE_BY_TAG.get(name);
      if (tactic !== undefined) tactics.add(tactic);
      else if (technique !== undefined) techniques.add(technique);
    } else if (tag.startsWith("TA")) {
      const uid = TACTIC_ID.exec(tag)?.[1];
      if (uid !== undefined) tactics.add(uid);
    } else if (tag.startsWith("T")) {
      const uid = TECHNIQUE_ID.exec(tag)?.[1];
      if (uid !== undefined) techniques.add(uid);
    }
  }
  if (tactics.size === 0 && techniques.size === 0) return undefined;

  const [tactic] = tactics;
  const shared = tactics.size === 1 && tactic !== undefined && techniques.size > 0
    ? named(tactic, TACTIC_NAMES)
    : undefined;
  const attacks: Attack[] = [];
  if (shared === undefined) {
    for (const uid of tactics) {
      attacks.push({ version: ATTACK_VERSION, tactic: named(uid, TACTIC_NAMES) });
    }
  }
  for (const uid of techniques) attacks.push(attackOf(uid, shared));
  return attacks;
}

function attackOf(uid: string, tactic: Named | undefined): Attack {
  const attack: Writable<Attack> = { version: ATTACK_VERSION };
  if (tactic !== undefined) attack.tactic = tactic;
  const dot = uid.indexOf(".");
  attack.technique = named(dot < 0 ? uid : uid.slice(0, dot), TECHNIQUE_NAMES);
  if (dot >= 0) attack.sub_technique = named(uid, TECHNIQUE_NAMES);
  return attack;
}

/** An id that ATT&CK 18.1 or our table does not know goes without a name. */
function named(uid: string, names: ReadonlyMap<string, string>): Named {
  const name = names.get(uid);
  return name === undefined ? { uid } : { uid, name };
}
