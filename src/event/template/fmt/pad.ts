import { tooLong } from "../bounded_text.ts";
import { MAX_TEXT } from "../limits.ts";
import type { Directive } from "./format.ts";

/** Pads to the directive's width, in code points; zeros only go to the left. */
export function pad(text: string, { width, minus, zero }: Directive): string {
  if (width === undefined) return text;
  const missing = width - codePoints(text);
  if (missing <= 0) return text;
  if (minus) return text + repeat(" ", missing);
  return repeat(zero ? "0" : " ", missing) + text;
}

/** Pads a number, whose zeros are placed already or go behind its sign. */
export const padSpaces = (text: string, directive: Directive): string =>
  pad(text, { ...directive, zero: false });

/** @throws RenderError when the result would be longer than any text may be */
export function repeat(text: string, times: number): string {
  if (times > MAX_TEXT) throw tooLong();
  return text.repeat(Math.max(0, times));
}

/** The first `count` code points. */
export function truncate(text: string, count: number | undefined): string {
  if (count === undefined || text.length <= count) return text;
  let end = 0;
  for (let taken = 0; taken < count && end < text.length; taken++) {
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; count++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return count;
}
