import type { Actor, Process, Writable } from "./finding.ts";

/** Who did it: the evidence's process in short, and its user. */
export function mapActor(process: Process | undefined): Actor | undefined {
  if (process === undefined) return undefined;
  const brief: Writable<NonNullable<Actor["process"]>> = {};
  if (process.name !== undefined) brief.name = process.name;
  if (process.pid !== undefined) brief.pid = process.pid;
  if (process.uid !== undefined) brief.uid = process.uid;
  const actor: Writable<Actor> = { process: brief };
  if (process.user !== undefined) actor.user = process.user;
  return actor;
}
