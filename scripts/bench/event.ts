import { demoEvents } from "../../src/cli/demo/events.ts";
import { systemClock } from "../../src/platform/clock.ts";

/** The demo's event whose length is nearest to the mean: what a typical Falco sends. */
export function typicalEvent(): string {
  const events = demoEvents(systemClock.now());
  const mean = events.reduce((total, { length }) => total + length, 0) / events.length;
  const distance = ({ length }: string) => Math.abs(length - mean);
  return events.toSorted((a, b) => distance(a) - distance(b))[0]!;
}
