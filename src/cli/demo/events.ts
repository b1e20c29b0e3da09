import { eventText } from "./event_scenario.ts";
import { CONTAINER_PROCESS_SCENARIOS } from "./scenarios_container_processes.ts";
import { FILE_SCENARIOS } from "./scenarios_files.ts";
import { HOST_PROCESS_SCENARIOS } from "./scenarios_host_processes.ts";
import { NETWORK_SCENARIOS } from "./scenarios_network.ts";
import { PLUGIN_SCENARIOS } from "./scenarios_plugins.ts";

const NANOSECONDS = 1_000_000n;
const DAY = 86_400_000;

/** The two events nearest to midnight, in nanoseconds from it: a few milliseconds on both sides. */
const AROUND_MIDNIGHT = [-2_345_678n, 3_456_789n];

/**
 * The demo's events as Falco would send them, earliest first: all different, over the UTC day of
 * `now` and the two before it, two of them within milliseconds of the last midnight. The same `now`
 * gives the same texts.
 *
 * @param now milliseconds since 1970, UTC. No event is later, save by up to 4 ms when `now` is
 *   that close to midnight.
 */
export function demoEvents(now: number): string[] {
  const scenarios = [
    ...CONTAINER_PROCESS_SCENARIOS,
    ...HOST_PROCESS_SCENARIOS,
    ...FILE_SCENARIOS,
    ...NETWORK_SCENARIOS,
    ...PLUGIN_SCENARIOS,
  ];
  const midnight = Math.floor(now / DAY) * DAY;
  return scenarios
    .map((scenario, index) => ({ scenario, time: timeOf(index, now, midnight) }))
    .toSorted((a, b) => a.time < b.time ? -1 : 1)
    .map(({ scenario, time }) => eventText(scenario, time));
}

/** Nanoseconds since 1970 of the event at `index`; different for each index. */
function timeOf(index: number, now: number, midnight: number): bigint {
  const near = AROUND_MIDNIGHT[index];
  if (near !== undefined) return BigInt(midnight) * NANOSECONDS + near;
  const start = midnight - (index % 3) * DAY;
  const length = index % 3 === 0 ? Math.max(now - midnight, 1) : DAY;
  // An odd part of a nanosecond count shows that nothing is rounded on the way.
  return BigInt(start + Math.floor(scatter(index) * length)) * NANOSECONDS +
    BigInt(index * 7919 + 1);
}

/** Numbers in [0, 1) without an order that the eye could see: multiples of the golden ratio. */
const scatter = (index: number) => (index * 0.618_033_988_749_895) % 1;
