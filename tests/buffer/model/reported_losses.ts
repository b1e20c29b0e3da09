/** Sequences. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** What a log says is lost. */
export interface LossesInLog {
  readonly lost: readonly Range[];
  /** Those of them that were lost in damage that leases met; recovery speaks too early. */
  readonly inDamage: readonly (Range & { readonly path: string })[];
  /** Paths of segments in which recovery found damage. */
  readonly found: readonly string[];
  /** Paths of segments in which a lease met damage, once for each stretch. */
  readonly met: readonly string[];
  /** Events that were lost in the damage that leases met. */
  readonly corruptEvents: number;
  /** Paths of segments whose end was taken for an unfinished write, or may be one. */
  readonly cut: readonly string[];
  /** Paths of segments that are not shipped, since their headers tell another log. */
  readonly foreign: readonly string[];
  /** Events that were evicted, or whose segment somebody deleted. */
  readonly dropped: number;
  /** Whether the cursor was damaged or missing, so that what the lake has may come again. */
  readonly isCursorLost: boolean;
}

export function lossesIn(lines: readonly string[]): LossesInLog {
  const lost: Range[] = [];
  const inDamage: (Range & { readonly path: string })[] = [];
  const [found, met, cut, foreign]: [string[], string[], string[], string[]] = [[], [], [], []];
  let [dropped, corruptEvents] = [0, 0];
  for (const line of lines) {
    const gone = /(?:dropped the oldest|is missing, with) (\d+) events?/.exec(line);
    if (gone) dropped += Number(gone[1]);
    const range = rangeIn(line);
    if (range) lost.push(range);
    const torn = /(\S+): (?:cut off \d+ bytes|nothing is readable from)/.exec(line);
    if (torn) cut.push(torn[1]!);
    const other = /(\S+) belongs to another log/.exec(line);
    if (other) foreign.push(other[1]!);
    const damaged = /(\S+): damaged at bytes/.exec(line);
    const isMet = line.includes("what is readable around it");
    if (damaged) (isMet ? met : found).push(damaged[1]!);
    if (!damaged || !isMet || !range) continue;
    inDamage.push({ ...range, path: damaged[1]! });
    corruptEvents += range.last - range.first + 1;
  }
  const isCursorLost = lines.some((line) => /\/cursor-lake is (?:damaged|missing);/.test(line));
  return { lost, inDamage, found, met, corruptEvents, cut, foreign, dropped, isCursorLost };
}

function rangeIn(line: string): Range | undefined {
  const range = /(?:sequences|event|events) (\d+)(?: to (\d+))?(?:;| is lost| are lost)/.exec(line);
  return range ? { first: Number(range[1]), last: Number(range[2] ?? range[1]) } : undefined;
}
