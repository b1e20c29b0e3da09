import type { S3Answer } from "./s3_answer.ts";

/** What an S3 server does with one PUT, in this order. */
export interface Fault {
  readonly name: string;
  /** The part of the body that it reads before it goes on; of less than all (1) it keeps nothing. */
  readonly read: number;
  /** Whether it keeps the object, and on which side of the silence. */
  readonly store: "at once" | "late" | "never";
  /** Milliseconds without a sign of life: before the answer, or in it, where that is cut. */
  readonly silence: number;
  /** A status; or it cuts the connection before its answer, or in the middle of it. */
  readonly answer: number | S3Answer | "cut" | "cut within";
  /** The part of an answer that it gives before it cuts the connection; all of it without. */
  readonly cutAnswer?: number;
}

export const STORED: Fault = {
  name: "stored",
  read: 1,
  store: "at once",
  silence: 0,
  answer: 200,
};

/** How the server is for some rounds. */
export type Weather =
  /** Everything works. */
  | "fair"
  /** Every second PUT goes wrong in one way or another. */
  | "stormy"
  /** It accepts connections and closes them. */
  | "closing"
  /** Nobody listens. */
  | "refusing";

const LONGEST_SILENCE = 1_500;

type Draw = (random: () => number) => Omit<Fault, "name">;

const answered = (status: number): Draw => () => ({
  read: 1,
  store: status === 200 ? "at once" : "never",
  silence: 0,
  answer: status,
});

const silent = (store: Fault["store"], answer: Fault["answer"]): Draw => (random) => ({
  read: 1,
  store,
  silence: random() * LONGEST_SILENCE,
  answer,
});

const GOOD: readonly [string, Draw] = [STORED.name, () => STORED];

/** Of a hundred PUTs in stormy weather. */
const STORM: readonly (readonly [weight: number, name: string, Draw])[] = [
  [48, ...GOOD],
  [7, "500", answered(500)],
  [7, "503 SlowDown", answered(503)],
  [4, "403", answered(403)],
  [9, "cut in the body", (random) => ({
    read: random(),
    store: "never",
    silence: 0,
    answer: "cut",
  })],
  [9, "stored, then cut", () => ({ read: 1, store: "at once", silence: 0, answer: "cut" })],
  [4, "stored, cut within the answer", () => ({
    read: 1,
    store: "at once",
    silence: 0,
    answer: "cut within",
  })],
  [3, "hung, then cut", silent("never", "cut")],
  [3, "stored, hung, then cut", silent("at once", "cut")],
  [3, "hung, stored late, then cut", silent("late", "cut")],
  [3, "hung, stored late, then 200", silent("late", 200)],
];

export function drawFault(weather: Weather, random: () => number): Fault {
  let left = random() * 100;
  const [, name, draw] = weather === "stormy"
    ? STORM.find(([weight]) => (left -= weight) < 0) ?? STORM[0]!
    : [100, ...GOOD] as const;
  return { ...draw(random), name };
}

export function drawWeather(random: () => number): Weather {
  const of = random();
  return of < 0.35 ? "fair" : of < 0.86 ? "stormy" : of < 0.93 ? "closing" : "refusing";
}
