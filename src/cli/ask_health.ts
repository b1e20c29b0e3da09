import { request as httpRequest } from "node:http";
import { isIPv6 } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { HealthQuestion } from "./health_question.ts";

/** What became of a question. */
export interface HealthAnswer {
  readonly isGood: boolean;
  /** What was tried and what came back, in one line. */
  readonly text: string;
}

/** @param timeout milliseconds for everything */
export async function askHealth(question: HealthQuestion, timeout: number): Promise<HealthAnswer> {
  const { kind, tls, hosts, port } = question;
  const deadline = AbortSignal.timeout(timeout);
  const failures: string[] = [];
  for (const host of hosts) {
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    const asked = kind === "handshake"
      ? `TLS with ${authority}`
      : `${tls ? "https" : "http"}://${authority}/healthz`;
    try {
      if (kind === "handshake") {
        await shakeHands(host, port, deadline);
        return {
          isGood: true,
          text: `${asked}: answers, and wants a certificate for more (tlsserver.mutualtls)`,
        };
      }
      const status = await getStatus(host, port, tls, deadline);
      return { isGood: status === 200, text: `${asked}: answers ${status}` };
    } catch (error) {
      failures.push(`${asked}: ${deadline.aborted ? tooLong(timeout) : reasonOf(error)}`);
      // There is no time left, or somebody is there who does not speak our protocol.
      if (deadline.aborted || !isAbsent(error)) break;
    }
  }
  return { isGood: false, text: failures.join("; ") };
}

/** @throws what the operating system, HTTP or TLS says */
function getStatus(
  host: string,
  port: number,
  tls: boolean,
  deadline: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host,
      port,
      path: "/healthz",
      // Not `node:https`: where NODE_EXTRA_CA_CERTS is set, it wants a permission (`--allow-sys=ca`).
      ...(tls ? { createConnection: () => connectTls(host, port) } : { agent: false }),
    });
    onAbort(deadline, () => request.destroy(), reject);
    request.on("error", reject);
    request.on("response", (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.end();
  });
}

/** @throws what the operating system or TLS says */
function shakeHands(host: string, port: number, deadline: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(host, port);
    onAbort(deadline, () => socket.destroy(), reject);
    socket.on("error", reject);
    // Who does not speak TLS hangs up.
    socket.on("close", () => reject(new Error("hangs up")));
    socket.on("secureConnect", () => {
      resolve();
      socket.destroy();
    });
  });
}

/**
 * The certificate is not looked at. It is the agent's own and names the host that Falco calls, not
 * the loopback. That is no hole: nothing secret is sent and nothing that comes back is used but a
 * status, so whoever stands in for the agent on its own machine could only say that it is well.
 */
const connectTls = (host: string, port: number): TLSSocket =>
  connect({ host, port, rejectUnauthorized: false });

function onAbort(deadline: AbortSignal, stop: () => void, reject: (error: Error) => void): void {
  const end = () => {
    reject(new Error("too late"));
    stop();
  };
  if (deadline.aborted) end();
  else deadline.addEventListener("abort", end, { once: true });
}

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;

/** Whether nobody listens there, or the machine lacks that kind of address. */
const isAbsent = (error: unknown): boolean =>
  ["ECONNREFUSED", "EADDRNOTAVAIL", "EAFNOSUPPORT", "ENETUNREACH"].includes(codeOf(error) ?? "");

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "ECONNREFUSED") return "connection refused";
  const { message } = error as Error;
  return (code === undefined || message.includes(code) ? message : `${message} (${code})`)
    .replaceAll(/\s+/g, " ");
}

const tooLong = (timeout: number): string => `no answer within ${timeout / 1000} s`;
