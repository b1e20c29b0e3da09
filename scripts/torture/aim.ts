import type { Moment } from "./moments.ts";
import type { TortureLake } from "./torture_lake.ts";

/** When to kill: `delay` milliseconds after the `nth` time that `moment` comes; 0 is at once. */
export interface Aim {
  readonly moment: Moment;
  readonly nth: number;
  readonly delay: number;
}

/** How many of a hundred kills are aimed at each moment. */
const WEIGHTS: readonly (readonly [Moment, number])[] = [
  ["spawned", 10],
  ["recovering", 12],
  ["listening", 18],
  ["put head", 7],
  ["put body", 8],
  ["put stored", 12],
  ["put OK", 12],
  ["cursor written", 8],
  ["cursor renamed", 5],
  ["segment begun", 3],
  ["segment deleted", 5],
];

/** Longest delay after a moment, in milliseconds; its multiple of the time that a start takes. */
const DELAYS: Partial<Record<Moment, { readonly milliseconds: number; readonly starts: number }>> =
  {
    "spawned": { milliseconds: 0, starts: 1.2 },
    "recovering": { milliseconds: 0, starts: 0.4 },
    "listening": { milliseconds: 400, starts: 0 },
    "put OK": { milliseconds: 3, starts: 0 },
  };

/** @param start milliseconds that an agent's start takes here */
export function drawAim(random: () => number, start: number, lake: TortureLake): Aim {
  const weights = WEIGHTS.filter(([moment]) => canCome(moment, lake));
  let left = random() * weights.reduce((sum, [, weight]) => sum + weight, 0);
  const [moment] = weights.find(([, weight]) => (left -= weight) < 0) ?? weights[0]!;
  const { milliseconds, starts } = DELAYS[moment] ?? { milliseconds: 0, starts: 0 };
  const once = moment === "spawned" || moment === "recovering" || moment === "listening";
  return {
    moment,
    nth: once ? 1 : 1 + Math.floor(random() ** 2 * 8),
    delay: random() * (milliseconds + starts * start),
  };
}

/** Whether a moment can come, and can be seen, with the lake as it is now. */
function canCome(moment: Moment, { chaos, watched }: TortureLake): boolean {
  switch (moment) {
    case "spawned":
    case "recovering":
    case "listening":
    case "segment begun":
    case "cursor written": // also before a batch, with the lake away
    case "cursor renamed":
      return true;
    case "put head":
      return chaos !== undefined && !chaos.isAway;
    case "put body":
    case "put stored":
      return chaos ? !chaos.isAway : watched !== undefined;
    default:
      return !chaos?.isAway; // they need an upload
  }
}
