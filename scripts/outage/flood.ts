import { dayEvent } from "./day_event.ts";

const CONNECTIONS = 4;
const EVENTS_PER_REQUEST = 500;

export interface FloodOptions {
  readonly port: number;
  readonly events: number;
  readonly rate: number;
  /** Called with the number of events that were answered so far, after each request. */
  readonly progress: (answered: number) => void;
}

/**
 * Posts the events of a day in their order, as fast as they are taken.
 *
 * @throws when one is refused
 */
export async function flood({ port, events, rate, progress }: FloodOptions): Promise<void> {
  let [next, answered] = [0, 0];
  const client = async () => {
    while (next < events) {
      const first = next;
      const end = next = Math.min(events, first + EVENTS_PER_REQUEST);
      const lines: string[] = [];
      for (let id = first; id < end; id++) lines.push(dayEvent(id, rate));
      await postEvents(port, lines.join("\n"));
      answered += lines.length;
      progress(answered);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}

/** @throws when it is refused */
export async function postEvents(port: number, body: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
  await response.body?.cancel();
  if (response.status !== 200) throw new Error(`events were refused: ${response.status}`);
}
