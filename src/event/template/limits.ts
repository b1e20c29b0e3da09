// Bounds of ours, not Go's: a template is configuration, but what it is rendered over is sent by
// others, and neither may cost the agent its memory, its time or its stack.

/** Controls and parentheses inside each other that a template may have. */
export const MAX_NESTING = 100;

/** UTF-16 units a rendering may write, and any text it makes on the way (printf) may have. */
export const MAX_TEXT = 64 * 1024;

/** Evaluated nodes, operands, iterations and printed values of one rendering. */
export const MAX_STEPS = 100_000;

/** Arrays and objects inside each other that are printed; Go's decoder refuses 10 000. */
export const MAX_DATA_DEPTH = 500;
