import type { FileEntry } from "../platform/disk.ts";
import { type Cursor, CURSOR_NAME } from "./cursor.ts";
import { type Damage, describeDamage } from "./damage.ts";
import { listSegments } from "./folder.ts";
import { RECORD_HEADER_BYTES } from "./record.ts";
import { type LogId, SEGMENT_HEADER_BYTES, segmentName } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";

/** What a folder was found to hold. */
export interface FolderFacts {
  readonly directory: string;
  readonly entries: readonly FileEntry[];
  readonly cursor: Cursor | "missing" | "damaged";
  /** The newest segment, read from end to end: the only one that can be torn. */
  readonly newest: NewestFacts | undefined;
  /** From the header of the oldest segment. */
  readonly oldestLogId: LogId | undefined;
}

export interface NewestFacts {
  /** Undefined when the header is damaged. */
  readonly logId: LogId | undefined;
  /** Of the last readable record; one less than the segment's first sequence when there is none. */
  readonly last: number;
  /** Offset just past the last readable record, or past the header. */
  readonly end: number;
  /** Between readable records, and of the header. */
  readonly damage: readonly Damage[];
  /** Whether the disk could not read (EIO) something behind `end`. */
  readonly unreadableEnd: boolean;
}

/** What is to be done, in this order, so that a crash in between leaves the same plan. */
export interface RecoveryPlan {
  readonly notes: readonly { readonly level: "warn" | "error"; readonly text: string }[];
  /**
   * The newest segment, cut off where an unfinished write begins, and synced: after a kill it may
   * hold what only the kernel's memory has, and what a batch covers must be on disk.
   */
  readonly settle: { readonly path: string; readonly bytes: number } | undefined;
  readonly rename: { readonly from: string; readonly to: string } | undefined;
  readonly remove: readonly string[];
  readonly cursor: Cursor;
  /** Whether the cursor is not on disk yet. */
  readonly isNew: boolean;
  /** All segments that are left, oldest first. */
  readonly sealed: readonly SealedSegment[];
  /** The sequence the next record gets: above everything ever stored or acknowledged. */
  readonly next: number;
}

/**
 * Says how to put a folder in order after whatever ended the last run. Pure.
 *
 * @param drawLogId for a folder that has none yet
 * @throws when the newest segment belongs to another log than the cursor
 */
export function planRecovery(facts: FolderFacts, drawLogId: () => LogId): RecoveryPlan {
  const { directory, entries, newest } = facts;
  const notes: { level: "warn" | "error"; text: string }[] = [];
  const listed = listSegments(directory, entries);
  // A `.seg` that somebody has put back takes the place of its `.corrupt`, which is left alone.
  const segments = listed.filter(({ first, quarantined }) =>
    !quarantined || !listed.some((other) => other.first === first && !other.quarantined)
  );
  const remove = entries.filter(({ name }) => name.endsWith(".tmp"))
    .map(({ name }) => `${directory}/${name}`);

  const stored = typeof facts.cursor === "string" ? undefined : facts.cursor;
  if (!stored && (facts.cursor === "damaged" || segments.length > 0)) {
    const text = `${directory}/${CURSOR_NAME} is ${facts.cursor}; starting from the oldest ` +
      `stored event: what was uploaded but not yet deleted will be uploaded again`;
    notes.push({ level: "warn", text });
  }
  const file = segments.pop();
  const proven = Math.max(stored?.acknowledged ?? 0, stored?.intent?.last ?? 0);
  const tail = file && newest ? planTail(directory, file, newest, proven) : undefined;
  if (stored && newest?.logId && stored.logId !== newest.logId) {
    throw new Error(
      `the cursor belongs to log ${stored.logId}, but ${file?.path} to log ${newest.logId}; two ` +
        `buffers seem to have been mixed: give each its own folder`,
    );
  }
  if (tail) {
    notes.push(...tail.notes);
    if (tail.kept) segments.push(tail.kept);
    else remove.push(file!.path);
  }
  const cursor = stored ?? {
    logId: newest?.logId ?? facts.oldestLogId ?? drawLogId(),
    // Not 0: a batch from 1 on could get the key of an old one, and replace it with less.
    acknowledged: (segments[0]?.first ?? file?.first ?? 1) - 1,
    intent: undefined,
  };
  const isDone = ({ last, quarantined }: SealedSegment) =>
    last <= cursor.acknowledged && !quarantined;
  return {
    notes,
    settle: tail?.kept && !isDone(tail.kept) ? tail.settle : undefined,
    rename: tail?.rename,
    remove: [...remove, ...segments.filter(isDone).map(({ path }) => path)],
    cursor,
    isNew: stored === undefined,
    sealed: segments.filter((segment) => !isDone(segment)),
    next: 1 + Math.max(
      tail?.kept?.last ?? (file?.first ?? 1) - 1,
      cursor.acknowledged,
      cursor.intent?.last ?? 0,
    ),
  };
}

interface TailPlan extends Pick<RecoveryPlan, "notes" | "settle" | "rename"> {
  /** Undefined when nothing is worth keeping. */
  readonly kept: SealedSegment | undefined;
}

/** @param proven the last sequence that the cursor says was stored */
function planTail(
  directory: string,
  file: SealedSegment,
  newest: NewestFacts,
  proven: number,
): TailPlan {
  const { last, end, damage, unreadableEnd } = newest;
  const { path, first } = file;
  if (unreadableEnd) {
    // How many records stand there nobody can say; their sequences must not be given again.
    const bound = last + Math.floor((file.bytes - end) / RECORD_HEADER_BYTES);
    const text = `${path}: the disk cannot read it to its end`;
    return quarantine(directory, { ...file, last: bound }, [text]);
  }
  const torn = file.bytes - end;
  // The header is synced before the first record, and the cursor speaks of nothing that is not on
  // disk: this is no unfinished write.
  const isDecay = torn > 0 && (last < proven || (last < first && newest.logId === undefined));
  const most = last + Math.floor(torn / RECORD_HEADER_BYTES);
  if (isDecay) {
    const text = `${path}: nothing is readable from byte ${end} on, of what was stored`;
    return quarantine(directory, { ...file, last: Math.max(last, proven, most) }, [text]);
  }
  if (last < first && !file.quarantined) {
    const notes = file.bytes > SEGMENT_HEADER_BYTES ? [cutNote(path, torn)] : [];
    return { notes, settle: undefined, rename: undefined, kept: undefined };
  }
  const kept = { ...file, last, bytes: end };
  if (damage.length > 0 || file.quarantined) {
    // Something readable follows the damage, so this may be decay of what was answered: kept whole.
    const texts = damage.map((one) =>
      `${path}: damaged at ${describeDamage(one)}; what is readable will be shipped`
    );
    const rest = `${path}: nothing is readable from byte ${end} on: damage, or an unfinished write`;
    const isNews = torn > 0 && !file.quarantined;
    // What a lease has called lost in it keeps its sequence.
    const bound = file.quarantined ? most : last;
    return quarantine(directory, { ...file, last: bound }, isNews ? [...texts, rest] : texts);
  }
  // Nothing readable follows, so no sync ever covered these bytes and no client was answered.
  const notes = torn > 0 ? [cutNote(path, torn)] : [];
  return { notes, settle: { path, bytes: end }, rename: undefined, kept };
}

const cutNote = (path: string, torn: number) => ({
  level: "warn" as const,
  text: `${path}: cut off ${torn} bytes of an unfinished write`,
});

function quarantine(directory: string, file: SealedSegment, texts: readonly string[]): TailPlan {
  const to = `${directory}/${segmentName(file.first, true)}`;
  return {
    notes: texts.map((text) => ({
      level: "error",
      text: `${text}; the file is kept as ${segmentName(file.first, true)}`,
    })),
    settle: { path: file.path, bytes: file.bytes },
    rename: file.quarantined ? undefined : { from: file.path, to },
    // At least one sequence is taken, or the next tail would get this one's name.
    kept: { ...file, path: to, last: Math.max(file.last, file.first), quarantined: true },
  };
}
