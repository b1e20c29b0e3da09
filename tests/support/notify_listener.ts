import { until } from "./sandbox.ts";

/** A service manager's end of NOTIFY_SOCKET: a real datagram socket. */
export interface NotifyListener extends Disposable {
  /**
   * The next message that `matches`, as its lines; those before are passed over.
   *
   * @throws after a minute, with all that has come
   */
  next(matches: RegExp): Promise<string[]>;
  /** All that has come so far. */
  readonly messages: readonly string[];
}

/**
 * Listens as systemd does.
 *
 * @param path of a socket that is made here; with `\0` in front, in the abstract name space
 */
export function notifyListener(path: string): NotifyListener {
  const socket = Deno.listenDatagram({ transport: "unixpacket", path });
  const messages: string[] = [];
  let read = 0;
  (async () => {
    for await (const [bytes] of socket) {
      messages.push(new TextDecoder().decode(bytes));
    }
  })();
  return {
    messages,
    next: async (matches) => {
      let found: string | undefined;
      const isThere = () => {
        while (found === undefined && read < messages.length) {
          const message = messages[read++]!;
          if (matches.test(message)) found = message;
        }
        return found !== undefined;
      };
      await until(isThere, () => `${matches} among\n${messages.join("\n\n")}`);
      return found!.split("\n");
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
