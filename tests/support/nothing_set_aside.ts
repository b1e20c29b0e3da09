/** The part of a buffer that is about batches set aside, where a test has none. */
export const NOTHING_SET_ASIDE = {
  setAside: () => Promise.reject(new Error("nothing was to be set aside")),
  nextDue: () => Promise.resolve(undefined),
  dueShipped: () => Promise.reject(new Error("nothing was due")),
  dueRefused: () => Promise.reject(new Error("nothing was due")),
};
