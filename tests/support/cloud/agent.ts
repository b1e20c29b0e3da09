import type { SpawnedAgent } from "../../../scripts/spawn_agent.ts";
import type { Sandbox } from "../sandbox.ts";
import { type Cloud, cloudEnvironment } from "./cloud.ts";

export const USER_KEY = "AKIAEXAMPLEEXAMPL123";
export const USER_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/** Starts an agent whose lake is in a cloud, with more of an environment than that. */
export const startInCloud = (
  box: Sandbox,
  cloud: Cloud,
  more: Readonly<Record<string, string>>,
  args?: readonly string[],
): Promise<SpawnedAgent> =>
  box.start({
    ...(args && { args }),
    environment: { ...box.environment, ...cloudEnvironment(cloud, box.directory), ...more },
  });

/** Makes a user with keys, and returns the settings that give them to an agent. */
export function userKeys({ iam }: Cloud): Readonly<Record<string, string>> {
  iam.addUser(USER_KEY, USER_SECRET);
  return { AWS_ACCESSKEYID: USER_KEY, AWS_SECRETACCESSKEY: USER_SECRET };
}

/** `GET /status`. */
export const statusOfAgent = async (agent: SpawnedAgent): Promise<Record<string, unknown>> =>
  await (await fetch(`http://127.0.0.1:${agent.port}/status`)).json();
