import { duration, HOUR } from "./duration.ts";
import type { ValueType } from "./value.ts";

const interval = duration(100, HOUR);

/** `always`, `never`, or the milliseconds between two syncs. */
export const syncPolicy: ValueType<"always" | "never" | number> = {
  allowed: `always, never, or ${interval.allowed}`,
  secret: false,
  read: (text) => {
    const word = text.toLowerCase();
    return word === "always" || word === "never" ? word : interval.read(text);
  },
  print: (value) => typeof value === "number" ? interval.print(value) : value,
};
