/**
 * Waits for `promise` until `signal` aborts. What `promise` stands for may go on: this is for calls
 * of which a part cannot be aborted, such as the SDK's search for credentials.
 *
 * @throws the signal's reason once it aborts, and whatever `promise` rejects with before
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
