/** A module of text. */
export const moduleOf = (code: string): string =>
  `data:text/javascript,${encodeURIComponent(code)}`;

/** What a worker says first; rejects when it cannot be loaded. */
export function askWorker(specifier: string): Promise<unknown> {
  const worker = new Worker(specifier, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  }).finally(() => worker.terminate());
}

/** Evaluates in a worker; throws what it throws there. */
export async function inWorker(expression: string): Promise<void> {
  const answer = await askWorker(moduleOf(
    `(async () => ${expression})().then(() => self.postMessage("done"),
      (error) => self.postMessage(String(error)));`,
  ));
  if (answer !== "done") throw new Error(String(answer));
}
