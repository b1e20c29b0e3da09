import { ACCOUNT, type Iam } from "./iam.ts";
import { serve, type Service } from "./service.ts";

export interface Imds extends Service {
  /** "GET /latest/…", oldest first. */
  readonly calls: string[];
  /** Of the instance. */
  region: string;
  /** Seconds that sessions last. */
  lifetime: number;
}

const CREDENTIALS = "/latest/meta-data/iam/security-credentials/";

/** An instance's metadata service, version 2 alone, with the role "node". */
export function imds(iam: Iam): Imds {
  const calls: string[] = [];
  const tokens = new Set<string>();
  const service = serve(() => iam.now(), ({ method, url, headers }) => {
    const { pathname } = new URL(url);
    calls.push(`${method} ${pathname}`);
    if (method === "PUT" && pathname === "/latest/api/token") {
      const ttl = Number(headers.get("x-aws-ec2-metadata-token-ttl-seconds"));
      if (!(ttl >= 1 && ttl <= 21_600)) return new Response(null, { status: 400 });
      const token = `metadata-token-${tokens.size}`;
      tokens.add(token);
      return new Response(token);
    }
    if (!tokens.has(headers.get("x-aws-ec2-metadata-token") ?? "")) {
      return new Response(null, { status: 401 });
    }
    if (pathname === CREDENTIALS) return new Response("node");
    if (pathname === "/latest/meta-data/placement/region") return new Response(self.region);
    if (pathname !== `${CREDENTIALS}node`) return new Response(null, { status: 404 });
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/node/i-0123456789abcdef0`;
    const session = iam.addSession(arn, self.lifetime);
    return Response.json({
      Code: "Success",
      Type: "AWS-HMAC",
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      Token: session.sessionToken,
      Expiration: new Date(session.expires).toISOString(),
    });
  });
  const self: Imds = { ...service, calls, region: "us-east-2", lifetime: 21_600 };
  return self;
}
