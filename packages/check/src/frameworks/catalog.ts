/** The frameworks by their ids; each is loaded when it is asked for. */
import type { Framework } from "./framework.ts";

const LOADERS: Readonly<Record<string, () => Promise<Framework>>> = {
  "hipaa-security": async () => (await import("./hipaa-security.ts")).HIPAA_SECURITY,
};

export const FRAMEWORK_IDS: readonly string[] = Object.keys(LOADERS);

export async function loadFramework(id: string): Promise<Framework | undefined> {
  return await LOADERS[id]?.();
}
