import type { FieldValue } from "../../event/falco_event.ts";

/** Where an event happened: what Falco appends to every syscall event. */
export interface Place {
  readonly hostname: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A process directly on a machine: no image, no pod. */
function host(hostname: string): Place {
  return { hostname, fields: container("host", "host", null, null, null, null) };
}

function container(
  id: string,
  name: string,
  repository: string | null,
  tag: string | null,
  namespace: string | null,
  pod: string | null,
): Place["fields"] {
  return {
    "container.id": id,
    "container.image.repository": repository,
    "container.image.tag": tag,
    "container.name": name,
    "k8s.ns.name": namespace,
    "k8s.pod.name": pod,
  };
}

const NODE_1 = "ip-10-0-1-23.eu-west-1.compute.internal";
const NODE_2 = "ip-10-0-2-7.eu-west-1.compute.internal";
const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

export const PLACES = {
  bastion: host("bastion-01.acme.example"),
  database: host("db-07.acme.example"),
  node1: host(NODE_1),
  node2: host(NODE_2),
  /** A container outside Kubernetes. */
  builder: {
    hostname: "build-03.acme.example",
    fields: container(
      "7c9d1f0a4b2e",
      "gitlab-job-4711",
      "docker.io/library/node",
      "22-bookworm",
      null,
      null,
    ),
  },
  cart: {
    hostname: NODE_1,
    fields: container(
      "4e8c9ece9d33",
      "cart",
      `${ECR}/shop/cart`,
      "2026.11.3",
      "shop",
      "cart-6d5f9c7b8-x2vqk",
    ),
  },
  payments: {
    hostname: NODE_2,
    fields: container(
      "b01dfacedeed",
      "api",
      "ghcr.io/acme/payments-api",
      "sha-4f2a91c",
      "payments",
      "payments-api-0",
    ),
  },
  web: {
    hostname: NODE_2,
    fields: container(
      "0a1b2c3d4e5f",
      "nginx",
      "docker.io/library/nginx",
      "1.29.3",
      "web",
      "nginx-ingress-58b7d-9zt4l",
    ),
  },
  redis: {
    hostname: NODE_1,
    fields: container(
      "99aa88bb77cc",
      "redis",
      "docker.io/library/redis",
      "8.2",
      "cache",
      "redis-master-0",
    ),
  },
  /** A container whose pod the runtime did not tell. */
  agent: {
    hostname: NODE_2,
    fields: container("c0ffee123456", "<NA>", "quay.io/acme/node-agent", "v3", null, null),
  },
} as const satisfies Readonly<Record<string, Place>>;

export type PlaceName = keyof typeof PLACES;
