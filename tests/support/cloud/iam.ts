import { accessKeyOf, isSignedBy, type SignedRequest } from "../sigv4.ts";

/** A key pair that somebody signs with. */
export interface Principal {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a session; undefined for a user's keys. */
  readonly sessionToken?: string;
  /** Milliseconds since 1970, by the cloud's clock. */
  readonly expires?: number;
}

/** Why a request is refused; services say it in their own form. */
export type Refusal =
  | "unsigned"
  | "unknown key"
  | "wrong token"
  | "expired"
  | "wrong signature";

export const ACCOUNT = "123456789012";
export const USER_ARN = `arn:aws:iam::${ACCOUNT}:user/falco`;

/** Who there is in a cloud: users with keys, and sessions with an end. */
export class Iam {
  readonly principals = new Map<string, Principal>();
  /** Milliseconds that the cloud's clock is ahead of this machine's. */
  clockOffset = 0;

  now(): number {
    return Date.now() + this.clockOffset;
  }

  addUser(accessKeyId: string, secretAccessKey: string): Principal {
    const user = { arn: USER_ARN, accessKeyId, secretAccessKey };
    this.principals.set(accessKeyId, user);
    return user;
  }

  /** @param lifetime seconds */
  addSession(arn: string, lifetime: number): Required<Principal> {
    const number = String(this.principals.size).padStart(6, "0");
    const session = {
      arn,
      accessKeyId: `ASIAEXAMPLEKEY${number}`,
      secretAccessKey: `secret-of-session-${number}`,
      sessionToken: `token-of-session-${number}`,
      expires: this.now() + lifetime * 1000,
    };
    this.principals.set(session.accessKeyId, session);
    return session;
  }

  /** Ends sessions before their time, or users. */
  revoke(which: (principal: Principal) => boolean): void {
    for (const [key, principal] of this.principals) {
      if (which(principal)) this.principals.delete(key);
    }
  }

  authenticate(request: SignedRequest): Principal | Refusal {
    const { headers } = request;
    const key = accessKeyOf(headers);
    if (key === undefined) return "unsigned";
    const principal = this.principals.get(key);
    if (!principal) return "unknown key";
    if ((headers.get("x-amz-security-token") ?? undefined) !== principal.sessionToken) {
      return "wrong token";
    }
    if (!isSignedBy(request, principal.secretAccessKey)) return "wrong signature";
    if (principal.expires !== undefined && principal.expires <= this.now()) return "expired";
    return principal;
  }

  /** Milliseconds that a request's signature is ahead of the cloud's clock. */
  skewOf(headers: Headers): number {
    const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
      .exec(headers.get("x-amz-date") ?? "") ?? [];
    const [year, month, day, hour, minute, second] = parts.map(Number);
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - this.now();
  }
}
