import { list } from "./collection.ts";
import { nearest } from "./nearest.ts";
import { text } from "./value.ts";

/** What the receiver has an endpoint for; `/` stands for all other paths. A test holds both together. */
export const ENDPOINTS: readonly string[] = [
  "/",
  "/ping",
  "/healthz",
  "/test",
  "/metrics",
  "/readyz",
  "/status",
];

/** A path as the operating system takes it. */
export const filePath = text(
  "the path of a file",
  (value) => value !== "" && !value.includes("\0") ? value : undefined,
);

/** As `filePath`, or "" for none. */
export const optionalFilePath = text(
  "the path of a file, or nothing",
  (value) => value.includes("\0") ? undefined : value,
);

/** falcosidekick warns of a path it does not know, and goes on. */
export const noTlsPaths = list<string>(
  `a list of ${ENDPOINTS.join(", ")}`,
  (item, hands) => {
    if (ENDPOINTS.includes(item.text)) return item.text;
    const meant = nearest(item.text, ENDPOINTS);
    const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
    const shown = JSON.stringify(item.text.slice(0, 60));
    hands.warning(item, `Unknown path ${shown}; expected one of ${ENDPOINTS.join(", ")}${hint}`);
    return undefined;
  },
  String,
);
