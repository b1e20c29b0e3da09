/**
 * How one kind of value is read from a file or the environment. Everything starts as text: a YAML
 * number is read from its own characters, so that an account id keeps its zeros.
 */
export interface ValueType<V> {
  /** What may stand there, to follow "expected": `a whole number from 0 to 65535`. */
  readonly allowed: string;
  /** Whether the value must never be shown. */
  readonly secret: boolean;
  /** @returns undefined when the text is not such a value */
  read(text: string): V | undefined;
  /** The value for people, in a form that `read` accepts. Only asked of values that are no secret. */
  print(value: V): string;
}

/** Text as it is. `read` may normalise; undefined refuses. */
export function text(
  allowed: string,
  read: (text: string) => string | undefined,
): ValueType<string> {
  return { allowed, secret: false, read, print: (value) => value };
}

/** Credentials. White space is refused: a line break from a mounted file would break signing. */
export const secret: ValueType<string> = {
  allowed: "a text without white space",
  secret: true,
  read: (text) => /^\S*$/.test(text) ? text : undefined,
  print: () => "<secret>",
};

/**
 * A decimal whole number. Leading zeros are refused, because Go's readers disagree on whether they
 * mean octal.
 */
export function integer(min: number, max?: number): ValueType<number> {
  return {
    allowed: max === undefined
      ? `a whole number of at least ${min}`
      : `a whole number from ${min} to ${max}`,
    secret: false,
    read: (text) => {
      const value = /^(0|[1-9]\d*)$/.test(text) ? Number(text) : NaN;
      return Number.isSafeInteger(value) && value >= min && value <= (max ?? Infinity)
        ? value
        : undefined;
    },
    print: String,
  };
}

/** What Go's strconv.ParseBool takes (viper reads booleans with it), in any case. */
export const boolean: ValueType<boolean> = {
  allowed: "true or false",
  secret: false,
  read: (text) => {
    if (/^(true|t|1)$/i.test(text)) return true;
    return /^(false|f|0)$/i.test(text) ? false : undefined;
  },
  print: String,
};

/** One of a few words, in any case. */
export function choice<const C extends string>(...values: readonly C[]): ValueType<C> {
  return {
    allowed: `one of ${values.join(", ")}`,
    secret: false,
    read: (text) => values.find((value) => value === text.toLowerCase()),
    print: (value) => value,
  };
}
