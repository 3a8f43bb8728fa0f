/** One constructor call for tests: a real database and vault, and a door that records what it is asked. */
import { randomUUID } from "node:crypto";
import { WardError, type Caller, type Clock, type FhirAnswer, type Transaction } from "@ward/core";
import type { Act, Acts, Door, Touched } from "@ward/access";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { Vault } from "@ward/vault";
import { openTestVault } from "@ward/vault/testing";
import type { FhirService } from "../contract.ts";
import { createFhirService } from "../interactions.ts";
import type { JsonObject } from "../json.ts";

export interface RecordedAct {
  readonly act: Act;
  readonly principal: string;
  readonly touched: readonly Touched[];
  readonly outcome: "success" | "failure" | "refused";
}

export interface Fixture {
  readonly db: TestDatabase;
  readonly vault: Vault;
  readonly door: Door;
  readonly fhir: FhirService;
  readonly caller: Caller;
  readonly acts: RecordedAct[];
  /** Acts that the door refuses: `Observation.fhir.create`. */
  readonly refused: Set<string>;
  close(): Promise<void>;
}

export const CALLER: Caller = {
  principal: { kind: "function", id: "lab-result" },
  purpose: "TREAT",
  traceId: "0af7651916cd43dd8448eb211c80319c",
};

export async function startFixture(options: { readonly wrapVault?: (vault: Vault) => Vault } = {}): Promise<Fixture> {
  const db = await startTestDatabase();
  const clock: Clock = { now: () => new Date() };
  const opened = await openTestVault(db.database, clock);
  const vault = options.wrapVault?.(opened) ?? opened;
  const acts: RecordedAct[] = [];
  const refused = new Set<string>();
  const door = recordingDoor(db, acts, refused);
  const fhir = createFhirService({ database: db.database, door, vault, clock, newId: randomUUID });
  return { db, vault, door, fhir, caller: CALLER, acts, refused, close: () => db.close() };
}

/** A door that keeps its contract without policies or ledger. */
function recordingDoor(db: TestDatabase, recorded: RecordedAct[], refused: ReadonlySet<string>): Door {
  const actsIn = (tx: Transaction, caller: Caller): Acts => {
    const run = async <T>(
      act: Act,
      use: (handle: { sql: Transaction; tx: Transaction }) => Promise<{ value: T; touched: readonly Touched[] }>,
    ): Promise<T> => {
      const principal = caller.principal.id;
      if (refused.has(`${act.resourceType}.${act.action}`)) {
        recorded.push({ act, principal, touched: [], outcome: "refused" });
        throw new WardError("access-denied");
      }
      try {
        const { value, touched } = await use({ sql: tx, tx });
        recorded.push({ act, principal, touched, outcome: "success" });
        return value;
      } catch (thrown) {
        recorded.push({ act, principal, touched: [], outcome: "failure" });
        throw thrown;
      }
    };
    return { read: run, write: run };
  };
  return {
    session: async (caller, work, within) =>
      within ? await work(actsIn(within, caller)) : await db.database.transaction((tx) => work(actsIn(tx, caller))),
    permit: async () => undefined,
    note: async () => undefined,
  };
}

/** The code of what `work` throws. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await failureOf(work)).code;
}

export async function failureOf(work: Promise<unknown>): Promise<WardError> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof WardError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

export function bodyOf(answer: FhirAnswer): JsonObject & { id: string; meta: { versionId: string } } {
  return answer.body as JsonObject & { id: string; meta: { versionId: string } };
}

export function entriesOf(
  answer: FhirAnswer,
): { resource: JsonObject & { id: string }; response: Record<string, string> }[] {
  return (answer.body as { entry: { resource: JsonObject & { id: string }; response: Record<string, string> }[] })
    .entry;
}

export const MRN_SYSTEM = "https://hospital.example/mrn";

export function aPatient(mrn: string = randomUUID(), more: JsonObject = {}): JsonObject {
  return {
    resourceType: "Patient",
    identifier: [{ system: MRN_SYSTEM, value: mrn }],
    name: [{ family: "Okafor", given: ["Amara"] }],
    gender: "female",
    birthDate: "1980-05-01",
    ...more,
  };
}

export function anObservation(subject: string, more: JsonObject = {}): JsonObject {
  return {
    resourceType: "Observation",
    status: "final",
    code: { coding: [{ system: "http://loinc.org", code: "2345-7", display: "Glucose" }] },
    subject: { reference: subject },
    valueQuantity: { value: 5.4, unit: "mmol/L", system: "http://unitsofmeasure.org", code: "mmol/L" },
    ...more,
  };
}

export function aTransaction(...entries: readonly JsonObject[]): JsonObject {
  return { resourceType: "Bundle", type: "transaction", entry: [...entries] };
}

export function post(resource: JsonObject, more: JsonObject = {}, request: JsonObject = {}): JsonObject {
  return { ...more, resource, request: { method: "POST", url: resource["resourceType"] as string, ...request } };
}
