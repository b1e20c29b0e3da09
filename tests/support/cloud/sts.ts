import { regionOf, type SignedRequest } from "../sigv4.ts";
import { ACCOUNT, type Iam, type Principal, type Refusal } from "./iam.ts";
import { type Fault, serve, type Service, xml } from "./service.ts";

export interface StsCall {
  readonly action: string;
  readonly parameters: URLSearchParams;
  /** That it is signed for; undefined when it is not signed. */
  readonly region: string | undefined;
}

export interface StrictSts extends Service {
  readonly calls: StsCall[];
  /** What the trust policies of provider roles ask for; undefined for nothing. */
  externalId: string | undefined;
  /** The web identity token that is accepted. */
  webIdentityToken: string;
  /** Seconds that sessions last. */
  lifetime: number;
  fault: Fault<StsCall>;
}

/** Milliseconds: Signature Version 4, as STS checks it. */
const SKEW_MAX = 300_000;

const REFUSALS: Readonly<Record<Refusal, readonly [number, string, string]>> = {
  unsigned: [403, "MissingAuthenticationToken", "Request is missing Authentication Token"],
  "unknown key": [403, "InvalidClientTokenId", "The security token included is invalid."],
  "wrong token": [403, "InvalidClientTokenId", "The security token included is invalid."],
  expired: [403, "ExpiredToken", "The security token included in the request is expired"],
  "wrong signature": [403, "SignatureDoesNotMatch", "The request signature does not match."],
};

/** An STS that checks signatures, times, external ids and web identity tokens. */
export function strictSts(iam: Iam): StrictSts {
  const calls: StsCall[] = [];
  const session = (action: string, parameters: URLSearchParams): Response => {
    const role = parameters.get("RoleArn") ?? "";
    const name = parameters.get("RoleSessionName") ?? "";
    if (!/^arn:aws:iam::\d{12}:role\/./.test(role) || !/^[\w+=,.@-]{2,64}$/.test(name)) {
      return stsError(400, "ValidationError", "failed to satisfy constraint");
    }
    const assumed = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
    const one = iam.addSession(`${assumed}/${name}`, sts.lifetime);
    return answer(
      action,
      `<Credentials><AccessKeyId>${one.accessKeyId}</AccessKeyId>` +
        `<SecretAccessKey>${one.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${one.sessionToken}</SessionToken>` +
        `<Expiration>${new Date(one.expires).toISOString()}</Expiration></Credentials>` +
        `<AssumedRoleUser><Arn>${one.arn}</Arn><AssumedRoleId>AROAEXAMPLE:${name}</AssumedRoleId>` +
        `</AssumedRoleUser>`,
    );
  };
  const signed = (
    request: SignedRequest,
    { action, parameters }: StsCall,
  ): Response => {
    const skew = iam.skewOf(request.headers);
    if (Math.abs(skew) > SKEW_MAX) {
      const what = skew < 0 ? "Signature expired: is now earlier" : "Signature not yet current";
      return stsError(403, "SignatureDoesNotMatch", `${what} (5 min.)`);
    }
    const principal = iam.authenticate(request);
    if (typeof principal === "string") return stsError(...REFUSALS[principal]);
    if (action === "GetCallerIdentity") return identity(principal);
    const role = parameters.get("RoleArn") ?? "";
    const externalId = parameters.get("ExternalId") ?? undefined;
    const wanted = /Provider/.test(role) ? sts.externalId : undefined;
    if (wanted !== undefined && externalId !== wanted) {
      const message = `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on ` +
        `resource: ${role}`;
      return stsError(403, "AccessDenied", message);
    }
    return session(action, parameters);
  };
  const service = serve(() => iam.now(), async (request) => {
    const parameters = new URLSearchParams(new TextDecoder().decode(request.body));
    const action = parameters.get("Action") ?? "";
    const call = { action, parameters, region: regionOf(request.headers) };
    calls.push(call);
    const instead = await sts.fault(call, calls.length);
    if (instead) return instead;
    if (action !== "AssumeRoleWithWebIdentity") return signed(request, call);
    return parameters.get("WebIdentityToken") === sts.webIdentityToken
      ? session(action, parameters)
      : stsError(400, "InvalidIdentityToken", "Couldn't retrieve verification key");
  });
  const sts: StrictSts = {
    ...service,
    calls,
    externalId: undefined,
    webIdentityToken: "",
    lifetime: 3600,
    fault: () => undefined,
  };
  return sts;
}

const identity = ({ arn }: Principal): Response =>
  answer(
    "GetCallerIdentity",
    `<Arn>${arn}</Arn><UserId>EXAMPLE</UserId><Account>${ACCOUNT}</Account>`,
  );

const answer = (action: string, result: string): Response =>
  xml(200, `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);

/** An error in STS's form. */
export const stsError = (status: number, code: string, message: string): Response =>
  xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>` +
      `</Error><RequestId>00000000</RequestId></ErrorResponse>`,
  );
