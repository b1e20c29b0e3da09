/** Points in an agent's life that a kill can be aimed at. */
export type Moment =
  /** The process was started. */
  | "spawned"
  /** It opens its buffer. */
  | "recovering"
  | "listening"
  /** The head of a PUT has reached the S3 server. */
  | "put head"
  /** A part of a PUT's body, which is all that the S3 server wants of it, has reached it. */
  | "put part"
  /** All of a PUT has reached the S3 server, or an object of a folder is being written. */
  | "put body"
  /** An object is in the lake, and nobody has told the agent. */
  | "put stored"
  /** It logged that an object is in the lake; the cursor's commit and deletions come next. */
  | "put OK"
  /** The cursor is being written beside its place: before a batch, and after it. */
  | "cursor written"
  | "cursor renamed"
  | "segment begun"
  | "segment deleted";

/**
 * What to do when something happens. Called at once, before whatever comes next.
 *
 * @param path of the object, bucket in front, when the moment is an S3 server's
 */
export type MomentListener = (moment: Moment, path?: string) => void;

/** The report's words for an agent that was killed although its moment had not come. */
export const IN_VAIN = "receiving, waited in vain";

/** What an agent was doing when it was killed at a moment, in the words of the report. */
export function phaseOf(moment: Moment, age: "starting" | "recovering" | "receiving"): string {
  if (age !== "receiving") return age;
  switch (moment) {
    case "put head":
    case "put part":
    case "put body":
      return "during a PUT";
    case "put stored":
      return "stored, not answered";
    case "put OK":
      return "after OK";
    case "cursor written":
    case "cursor renamed":
      return "moving the cursor";
    case "segment deleted":
      return "deleting segments";
    default:
      return age;
  }
}
