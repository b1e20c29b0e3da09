/** More than anything takes that ends at all. */
const TURNS_MAX = 5000;

/** Lets what is under way go on for so many turns of the microtask queue. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await undefined;
}

/** Waits for something that only needs turns. */
export async function settle<T>(promise: Promise<T>, what: string): Promise<T> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  for (let turn = 0; !settled; turn++) {
    if (turn === TURNS_MAX) throw new Error(`${what} does not end`);
    await undefined;
  }
  return await promise;
}
