/**
 * Where a batch's objects go, as the buffer keeps it with the intent: a run that comes after a crash
 * repeats them under the same keys, whatever its configuration says.
 *
 * @param location the store's
 * @param root see `keyRoot`
 */
export const destinationOf = (location: string, root: string): string => `${location}/${root}`;

/** The root of keys in a destination; undefined when that is in another store, or not known. */
export const rootIn = (destination: string | undefined, location: string): string | undefined =>
  destination?.startsWith(`${location}/`) ? destination.slice(location.length + 1) : undefined;
