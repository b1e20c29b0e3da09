/** What a log says is lost. */
export interface LossesInLog {
  /** Sequences. */
  readonly lost: readonly { readonly first: number; readonly last: number }[];
  /** Paths of segments whose end was taken for an unfinished write. */
  readonly cut: readonly string[];
  /** Events that were evicted, or whose segment somebody deleted. */
  readonly dropped: number;
}

export function lossesIn(lines: readonly string[]): LossesInLog {
  const lost: { first: number; last: number }[] = [];
  const cut: string[] = [];
  let dropped = 0;
  for (const line of lines) {
    const gone = /(?:dropped the oldest|is missing, with) (\d+) events?/.exec(line);
    if (gone) dropped += Number(gone[1]);
    const range = /(?:sequences|event|events) (\d+)(?: to (\d+))?(?:;| is lost| are lost)/.exec(
      line,
    );
    if (range) lost.push({ first: Number(range[1]), last: Number(range[2] ?? range[1]) });
    const torn = /(\S+): cut off \d+ bytes/.exec(line);
    if (torn) cut.push(torn[1]!);
  }
  return { lost, cut, dropped };
}
