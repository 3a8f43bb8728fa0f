/** The frameworks by their ids; each is loaded when it is asked for. */
import type { Framework } from "./framework.ts";

const LOADERS: Readonly<Record<string, () => Promise<Framework>>> = {
  "hipaa-security": async () => (await import("./hipaa-security.ts")).HIPAA_SECURITY,
  gdpr: async () => (await import("./gdpr.ts")).GDPR,
  ferpa: async () => (await import("./ferpa.ts")).FERPA,
  "nist-800-53r5": async () => (await import("./nist-800-53r5.ts")).NIST_800_53,
  soc2: async () => (await import("./soc2.ts")).SOC2,
};

export const FRAMEWORK_IDS: readonly string[] = Object.keys(LOADERS);

export async function loadFramework(id: string): Promise<Framework | undefined> {
  return await LOADERS[id]?.();
}
