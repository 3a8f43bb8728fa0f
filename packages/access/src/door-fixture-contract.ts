/** One door with everything defaulted, so that a test sets only what it is about. */
import { createHash } from "node:crypto";
import type { AuditEntry, Caller, Clock, FunctionManifest } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { Door } from "./contract.ts";
import { createDoor, type DoorOptions } from "./door.ts";
import type { LedgerUnderTest } from "./ledger-contract.ts";
import { compilePolicies } from "./policies/policy-engine.ts";

export const TRACE = "0123456789abcdef0123456789abcdef";

export const LAB_RESULT: FunctionManifest = {
  name: "lab-result",
  trigger: { kind: "hl7", message: "ORU^R01" },
  purpose: "TREAT",
  grants: {
    fhir: ["Patient.read", "Patient.search", "Patient.update", "Observation.create"],
    emits: ["lab.result.filed"],
    secrets: ["sms-key"],
    egress: [{ host: "sms.example.org", baa: "none", carries: "none" }],
  },
  limits: { timeoutMs: 1_000, memoryMb: 64, concurrency: 1 },
};

export const FUNCTION: Caller = { principal: { kind: "function", id: "lab-result" }, purpose: "TREAT", traceId: TRACE };

export const READ = { action: "fhir.read", resourceType: "Patient", resourceId: "p1" } as const;
export const SEARCH = { action: "fhir.search", resourceType: "Patient" } as const;
export const CREATE = { action: "fhir.create", resourceType: "Observation" } as const;
export const UNGRANTED = { action: "fhir.read", resourceType: "Condition", resourceId: "c1" } as const;

/** In the form of `Vault.pseudonym`, keyless. */
export function pseudonym(domain: string, value: string): string {
  return createHash("sha256")
    .update(JSON.stringify([domain, value]))
    .digest("base64url")
    .slice(0, 22);
}

/** Tags of a patient, keyless too. */
export const TAGS: DoorOptions["tags"] = {
  pseudonym,
  subjectTags: async (id) => ({
    subject: pseudonym("subject", id),
    record: (reference) => pseudonym("record", reference),
  }),
};

export interface DoorFixture {
  readonly postgres: TestDatabase;
  readonly door: Door;
  readonly under: LedgerUnderTest;
  makeDoor(more: Partial<DoorOptions>): Door;
  /** Entries made while `work` ran. */
  entriesOf(work: () => Promise<unknown>): Promise<readonly AuditEntry[]>;
  /** Ids in the table `phi` that stands for PHI. */
  stored(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openDoorFixture(
  makeLedger: (postgres: TestDatabase) => Promise<LedgerUnderTest>,
): Promise<DoorFixture> {
  const postgres = await startTestDatabase();
  await postgres.database.query("create table phi (id text primary key)");
  await postgres.database.query("insert into phi values ('p1'), ('p2')");
  const under = await makeLedger(postgres);
  const clock: Clock = { now: () => new Date("2026-03-01T12:00:00.000Z") };
  const makeDoor = (more: Partial<DoorOptions>) =>
    createDoor({
      database: postgres.database,
      ledger: under.ledger,
      policies: compilePolicies({ manifests: [LAB_RESULT], appPolicies: {} }),
      tags: TAGS,
      quotas: { actsPerMinute: 1_000_000 },
      clock,
      ...more,
    });
  return {
    postgres,
    under,
    makeDoor,
    door: makeDoor({}),
    async entriesOf(work) {
      const before = (await under.entries()).length;
      await work();
      return (await under.entries()).slice(before);
    },
    async stored() {
      const rows = await postgres.database.query<{ id: string }>("select id from phi order by id");
      return rows.map(({ id }) => id);
    },
    close: () => postgres.close(),
  };
}
