import type { Clock } from "../platform/clock.ts";
import type { Credentials, CredentialsProvider } from "./credentials.ts";

/** Milliseconds before the end of a session from which on another one is asked for; the SDK's. */
const EARLY = 300_000;

/**
 * The sessions of a role, one after the other. When there is no other to be had while the one at
 * hand is still good, that one serves on: an STS that is away for a while stops no uploads.
 *
 * @param assume begins a session; told whether the credentials were refused
 */
export function roleSession(
  assume: (isRefused: boolean) => Promise<Credentials & { readonly expiration: Date }>,
  clock: Clock,
): CredentialsProvider {
  let session: (Credentials & { readonly expiration: Date }) | undefined;
  const left = () => session === undefined ? 0 : session.expiration.getTime() - clock.now();
  return async ({ forceRefresh = false } = {}) => {
    if (session && !forceRefresh && left() > EARLY) return session;
    try {
      session = await assume(forceRefresh);
    } catch (error) {
      if (!session || forceRefresh || left() <= 0) throw error;
    }
    return session;
  };
}
