/** What the agent is built for, as Deno and Rust name it. */
export const TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] as const;

export type Target = typeof TARGETS[number];

export const isTarget = (text: string): text is Target =>
  (TARGETS as readonly string[]).includes(text);
