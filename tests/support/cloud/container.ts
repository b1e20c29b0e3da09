import { ACCOUNT, type Iam } from "./iam.ts";
import { serve, type Service } from "./service.ts";

export interface ContainerCredentials extends Service {
  /** What the Authorization header must have; the others are refused. */
  token: string;
  /** Seconds that sessions last. */
  lifetime: number;
  /** How often it was asked, and how often in vain. */
  readonly asked: { good: number; refused: number };
}

/** The credentials endpoint of a container or pod, as of ECS and of EKS Pod Identity. */
export function containerCredentials(iam: Iam): ContainerCredentials {
  const asked = { good: 0, refused: 0 };
  const service = serve(() => iam.now(), ({ method, url, headers }) => {
    if (method !== "GET" || new URL(url).pathname !== "/v1/credentials") {
      return new Response(null, { status: 404 });
    }
    if (headers.get("authorization") !== self.token) {
      asked.refused++;
      return Response.json({ message: "Service account token is not valid" }, { status: 400 });
    }
    asked.good++;
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/pod/eks-cluster-falco`;
    const session = iam.addSession(arn, self.lifetime);
    return Response.json({
      AccountId: ACCOUNT,
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      Token: session.sessionToken,
      Expiration: new Date(session.expires).toISOString(),
    });
  });
  const self: ContainerCredentials = { ...service, asked, token: "", lifetime: 21_600 };
  return self;
}
