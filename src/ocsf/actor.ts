import type { Actor, Evidence, Process, Writable } from "./finding.ts";

/** Who did it: who made the request, or the process in short, and its user. */
export function mapActor(evidence: Evidence | undefined): Actor | undefined {
  const { actor, process } = evidence ?? {};
  if (actor?.user !== undefined) return { user: actor.user };
  return process && processActor(process);
}

function processActor(process: Process): Actor {
  const brief: Writable<NonNullable<Actor["process"]>> = {};
  if (process.name !== undefined) brief.name = process.name;
  if (process.pid !== undefined) brief.pid = process.pid;
  if (process.uid !== undefined) brief.uid = process.uid;
  const actor: Writable<Actor> = { process: brief };
  if (process.user !== undefined) actor.user = process.user;
  return actor;
}
