import type { Pair } from "../pair.ts";
import { CONTROL } from "./control.ts";
import { FIELDS } from "./fields.ts";
import { FUNCTIONS } from "./functions.ts";
import { PRINTF } from "./printf.ts";
import { SAMPLE } from "./sample.ts";
import { TEXT } from "./text.ts";

const onePerLine = (templates: string): string[] => templates.split("\n").slice(1, -1);

/** Templates by hand, one for each line, and some that need more than one. */
export const HAND_WRITTEN: readonly Pair[] = [
  ...[FIELDS, TEXT, CONTROL, FUNCTIONS, PRINTF].flatMap(onePerLine),
  "",
  "a\n{{- .n -}}\r\n\t b",
  "a {{-\n.n\t-}} b",
  "{{\n.n\n|\nprint\n}}",
  "{{.n\n-}}\n\n{{- .s}}",
  "{{`raw\\n\n\r\n text`}}",
  '{{"line\nbreak"}}',
  '{{"backslash\\\nbreak"}}',
  "{{'\n'}}",
  "{{/* a\nb */}}",
  "\u00a0{{- .n -}}\u00a0",
  "{{.n\u00a0}}",
  "{{`no end}}",
  "\ufeff{{.n}}",
].map((template) => ({ template, data: SAMPLE }));
