/** The user that agents run as under tests/support/confined.sh; undefined when it is our own. */
export const AGENTS_USER = Deno.env.get("FALCO_LAKE_CONFINED");

/**
 * Lets a running agent read a file that only its owner may. What is there when an agent starts is
 * given to it by the way it is started.
 */
export function giveToAgents(path: string): void {
  if (AGENTS_USER !== undefined) Deno.chownSync(path, Number(AGENTS_USER), Number(AGENTS_USER));
}
