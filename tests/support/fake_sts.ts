import { accessKeyOf, isSignedBy, regionOf } from "./sigv4.ts";

/** A session that STS gave away. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A request as it came in. */
export interface ReceivedCall {
  readonly action: string;
  readonly parameters: URLSearchParams;
  /** That it was signed for. */
  readonly region: string | undefined;
}

export interface FakeStsOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What the role's trust policy asks for; undefined for nothing. */
  readonly externalId?: string;
  /** Seconds that sessions last. */
  readonly lifetime?: number;
  /** An answer instead of STS's own; undefined for its own. */
  readonly decide?: (call: ReceivedCall) => Response | undefined | Promise<Response | undefined>;
}

export interface FakeSts extends AsyncDisposable {
  readonly endpoint: string;
  readonly calls: ReceivedCall[];
  /** By access key id. */
  readonly sessions: Map<string, Session>;
}

export const ACCOUNT = "123456789012";
export const USER_ARN = `arn:aws:iam::${ACCOUNT}:user/falco`;

/** An STS that knows one user and any role, and checks signatures and the external id. */
export function fakeSts(options: FakeStsOptions): FakeSts {
  const calls: ReceivedCall[] = [];
  const sessions = new Map<string, Session>();
  const answer = async (request: Request): Promise<Response> => {
    const { method, url, headers } = request;
    const body = await request.bytes();
    const parameters = new URLSearchParams(new TextDecoder().decode(body));
    const action = parameters.get("Action") ?? "";
    const call = { action, parameters, region: regionOf(headers) };
    calls.push(call);
    const instead = await options.decide?.(call);
    if (instead) return instead;
    if (accessKeyOf(headers) !== options.accessKeyId) {
      return stsError(403, "InvalidClientTokenId", "The security token included is invalid.");
    }
    if (!isSignedBy({ method, url, headers, body }, options.secretAccessKey)) {
      return stsError(403, "SignatureDoesNotMatch", "The signature is another.");
    }
    if (action === "GetCallerIdentity") {
      return xml(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${USER_ARN}</Arn>` +
          `<UserId>AIDAEXAMPLE</UserId><Account>${ACCOUNT}</Account></GetCallerIdentityResult>` +
          `</GetCallerIdentityResponse>`,
      );
    }
    return assumeRole(parameters);
  };

  const assumeRole = (parameters: URLSearchParams): Response => {
    const role = parameters.get("RoleArn") ?? "";
    const name = parameters.get("RoleSessionName") ?? "";
    if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
      return stsError(400, "ValidationError", "RoleSessionName failed to satisfy constraint");
    }
    if (options.externalId && parameters.get("ExternalId") !== options.externalId) {
      return stsError(
        403,
        "AccessDenied",
        `User: ${USER_ARN} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
      );
    }
    const number = sessions.size + 1;
    const session = {
      accessKeyId: `ASIAEXAMPLE${String(number).padStart(9, "0")}`,
      secretAccessKey: `session-secret-${number}`,
      sessionToken: `session-token-${number}`,
    };
    sessions.set(session.accessKeyId, session);
    const expiration = new Date(Date.now() + (options.lifetime ?? 3600) * 1000).toISOString();
    return xml(
      `<AssumeRoleResponse><AssumeRoleResult><Credentials>` +
        `<AccessKeyId>${session.accessKeyId}</AccessKeyId>` +
        `<SecretAccessKey>${session.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${session.sessionToken}</SessionToken>` +
        `<Expiration>${expiration}</Expiration></Credentials><AssumedRoleUser>` +
        `<Arn>${role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${name}</Arn>` +
        `<AssumedRoleId>AROAEXAMPLE:${name}</AssumedRoleId></AssumedRoleUser>` +
        `</AssumeRoleResult></AssumeRoleResponse>`,
    );
  };

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  return {
    endpoint: `http://127.0.0.1:${server.addr.port}`,
    calls,
    sessions,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const xml = (body: string): Response =>
  new Response(body, { headers: { "content-type": "text/xml" } });

/** An error in STS's form. */
export const stsError = (status: number, code: string, message: string): Response =>
  new Response(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>` +
      `</Error><RequestId>00000000</RequestId></ErrorResponse>`,
    { status, headers: { "content-type": "text/xml" } },
  );
