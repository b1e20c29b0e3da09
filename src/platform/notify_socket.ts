/** A way to a service manager's socket. */
export interface NotifySocket {
  /** Sends one datagram. @throws when nobody listens there, or it may not be sent */
  send(text: string): Promise<void>;
}

const encoder = new TextEncoder();

/**
 * Opens a datagram socket of our own, to send from, as sd_notify(3) does. Deno refuses one without
 * a name, so it gets one in the folder for temporary files, which is gone again at once: who sends
 * needs no name. (Deno 2.8 knows the abstract name space, 2.7 does not.)
 *
 * @param address NOTIFY_SOCKET: an absolute path, or from Deno 2.8 on `@name` in the abstract name
 *   space as well
 * @throws when a socket cannot be had, as without a folder for temporary files
 */
export function openNotifySocket(address: string): NotifySocket {
  const transport = "unixpacket";
  const folder = Deno.makeTempDirSync({ prefix: "falco-lake-" });
  let own: Deno.DatagramConn;
  try {
    own = Deno.listenDatagram({ transport, path: `${folder}/notify` });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  const path = address.replace(/^@/, "\0");
  return {
    send: async (text) => {
      await own.send(encoder.encode(text), { transport, path });
    },
  };
}

/**
 * Microseconds since the machine started, never too few, for MONOTONIC_USEC: systemd takes a
 * message for the answer to its SIGHUP when that is not before the signal. Deno tells what
 * sysinfo(2) says: seconds, rounded up, of the clock that counts suspended time as well.
 */
export const microsecondsSinceBoot = (): number => Deno.osUptime() * 1_000_000;
