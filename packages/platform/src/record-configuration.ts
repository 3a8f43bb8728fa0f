/**
 * What the system is made to do is itself a fact for the auditor: policies, configuration, waivers and keys, each by its name and
 * the SHA-256 of what is in force. Recorded when it differs from what the ledger said last, so that a restart is no
 * change; a policy file that is gone is recorded without a digest.
 */
import type { Door } from "@ward/access";
import { newTraceId, type AuditAction, type AuditEntry } from "@ward/core";
import type { AuditLog } from "@ward/ledger";
import type { loadApp } from "@ward/runtime";
import { digestOf, platformEntry } from "./platform-entry.ts";

type App = Awaited<ReturnType<typeof loadApp>>;

const PLATFORM = { kind: "service", id: "platform" } as const;
/** As many changes back the last word on an item is looked for; what is older is said again. */
const LOOK_BACK = 1_000;

export interface ConfigurationParts {
  readonly door: Door;
  readonly ledger: AuditLog;
  readonly app: Pick<App, "config" | "policies">;
  /** `compliance/waivers.yaml`, where the app has one. */
  readonly waivers?: string;
}

export async function recordConfiguration({ door, ledger, app, waivers }: ConfigurationParts): Promise<void> {
  const policies = new Map(Object.entries(app.policies).map(([file, text]) => [`policies/${file}`, digestOf(text)]));
  const config = new Map([["ward.config.ts", digestOf(JSON.stringify(app.config))]]);
  await noteChanges(door, ledger, "config.policy", "Policy", policies);
  await noteChanges(door, ledger, "config.app", "Configuration", config);
  const register = new Map(waivers === undefined ? [] : [["compliance/waivers.yaml", digestOf(waivers)]]);
  await noteChanges(door, ledger, "config.waiver", "Waiver", register);
}

/** The first start of a database: the key that wraps all others, and the key that signs checkpoints. */
export async function recordTenantKeys(ledger: Pick<AuditLog, "record">): Promise<void> {
  const entry = platformEntry("service:platform", "Key");
  await ledger.record(
    ["tenant-kek", "ledger-signing-key"].map((item): AuditEntry => ({ ...entry, action: "key.create", item })),
  );
}

async function noteChanges(
  door: Door,
  ledger: AuditLog,
  action: AuditAction,
  resourceType: string,
  inForce: ReadonlyMap<string, string>,
): Promise<void> {
  const before = new Map<string, string | undefined>();
  for (const { entry } of await ledger.entries({ action, newestFirst: true, limit: LOOK_BACK })) {
    if (entry.item !== undefined && !before.has(entry.item)) before.set(entry.item, entry.digest);
  }
  const gone = [...before].flatMap(([item, digest]) => (digest === undefined || inForce.has(item) ? [] : [item]));
  const changed = [...inForce].filter(([item, digest]) => before.get(item) !== digest);
  const caller = { principal: PLATFORM, purpose: "HOPERAT", traceId: newTraceId() } as const;
  for (const [item, digest] of [...changed, ...gone.map((name) => [name, undefined] as const)]) {
    await door.note(
      caller,
      { action, resourceType, resourceId: item },
      { decision: "allow", outcome: "success", item, ...(digest === undefined ? {} : { digest }) },
    );
  }
}
