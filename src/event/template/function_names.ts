/** The functions of the subset with the fewest and most arguments each takes. */
export const ARITIES = {
  and: [1, Infinity],
  eq: [1, Infinity],
  index: [1, Infinity],
  len: [1, 1],
  ne: [2, 2],
  not: [1, 1],
  or: [1, Infinity],
  print: [0, Infinity],
  printf: [1, Infinity],
} as const;

export type FunctionName = keyof typeof ARITIES;

export const isSupported = (name: string): name is FunctionName => Object.hasOwn(ARITIES, name);

export const SUPPORTED = Object.keys(ARITIES).join(", ");
