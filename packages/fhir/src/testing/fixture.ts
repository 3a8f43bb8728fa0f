/** One constructor call for tests: real database, vault, ledger and door; the door's acts are listed on the way. */
import { randomUUID } from "node:crypto";
import {
  FHIR_INTERACTIONS,
  systemClock,
  WardError,
  type Caller,
  type FhirAnswer,
  type FhirGrant,
  type FunctionManifest,
} from "@ward/core";
import {
  compilePolicies,
  createDoor,
  type Act,
  type Acts,
  type BuiltinPower,
  type Door,
  type Touched,
} from "@ward/access";
import { createLedger } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { Vault } from "@ward/vault";
import { openTestVault } from "@ward/vault/testing";
import type { FhirService } from "../contract.ts";
import { createFhirService } from "../interactions/interact.ts";
import type { JsonObject } from "../json.ts";
import { SCREEN_PRINCIPAL } from "../screen/disclosure-screen.ts";

export interface RecordedAct {
  readonly act: Act;
  readonly touched: readonly Touched[];
}

export interface Fixture {
  readonly db: TestDatabase;
  readonly vault: Vault;
  readonly door: Door;
  /** A door whose policies let nobody but functions act. */
  readonly doorWithoutServices: Door;
  readonly fhir: FhirService;
  readonly caller: Caller;
  /** Acts that succeeded. */
  readonly acts: RecordedAct[];
  /** Ledger entries, as text. */
  entries(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const TYPES =
  "Patient Observation DiagnosticReport DocumentReference Device Condition Encounter Binary Organization Practitioner Group RelatedPerson Bundle".split(
    " ",
  );
const ALL_GRANTS = TYPES.flatMap((type) => FHIR_INTERACTIONS.map((interaction): FhirGrant => `${type}.${interaction}`));

/** May do everything. */
export const CALLER = callerOf("lab-result");
/** May do everything but create observations and patients. */
export const WEAK_CALLER = callerOf("weak");

export interface FixtureOptions {
  readonly wrapVault?: (vault: Vault) => Vault;
  /** Further functions by name, with what they may do; `*`: everything. */
  readonly callers?: Readonly<Record<string, readonly FhirGrant[] | "*">>;
  readonly appPolicies?: Readonly<Record<string, string>>;
}

export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const db = await startTestDatabase();
  const opened = await openTestVault(db.database, systemClock);
  const vault = options.wrapVault?.(opened) ?? opened;
  const acts: RecordedAct[] = [];
  const ledger = createLedger({ database: db.database, clock: systemClock, signer: vault.ledgerSigner });
  const manifests = [
    manifestOf("lab-result", ALL_GRANTS),
    manifestOf(
      "weak",
      ALL_GRANTS.filter((grant) => grant !== "Observation.create" && grant !== "Patient.create"),
    ),
    ...Object.entries(options.callers ?? {}).map(([name, grants]) =>
      manifestOf(name, grants === "*" ? ALL_GRANTS : grants),
    ),
  ];
  const screening: BuiltinPower = {
    principal: SCREEN_PRINCIPAL.id,
    action: "screen.disclosure",
    resourceType: "Patient",
    purposes: ["HOPERAT"],
  };
  const makeDoor = (builtins: readonly BuiltinPower[]): Door =>
    createDoor({
      database: db.database,
      ledger,
      policies: compilePolicies({ manifests, appPolicies: options.appPolicies ?? {}, builtins }),
      tags: vault,
      quotas: { actsPerMinute: 10_000_000 },
      clock: systemClock,
    });
  const door = listingActs(makeDoor([screening]), acts);
  return {
    db,
    vault,
    door,
    acts,
    caller: CALLER,
    doorWithoutServices: makeDoor([]),
    fhir: createFhirService({ door, vault, clock: systemClock, newId: randomUUID }),
    async entries() {
      const rows = await db.database.query<{ body: Buffer }>("select body from ledger.pending");
      return rows.map(({ body }) => body.toString());
    },
    close: () => db.close(),
  };
}

export function callerOf(id: string): Caller {
  return { principal: { kind: "function", id }, purpose: "TREAT", traceId: "0af7651916cd43dd8448eb211c80319c" };
}

function manifestOf(name: string, fhir: readonly FhirGrant[]): FunctionManifest {
  return {
    name,
    purpose: "TREAT",
    trigger: { kind: "hl7", message: "ORU^R01" },
    grants: { fhir, emits: [], secrets: [], egress: [] },
    limits: { timeoutMs: 1_000, memoryMb: 64, concurrency: 1 },
  };
}

function listingActs(door: Door, list: RecordedAct[]): Door {
  const listing = (acts: Acts): Acts => ({
    read: (act, use) =>
      acts.read(act, async (reader) => {
        const outcome = await use(reader);
        list.push({ act, touched: outcome.touched });
        return outcome;
      }),
    write: (act, use) =>
      acts.write(act, async (writer) => {
        const outcome = await use(writer);
        list.push({ act, touched: outcome.touched });
        return outcome;
      }),
  });
  return { ...door, session: (caller, work, within) => door.session(caller, (acts) => work(listing(acts)), within) };
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

/** What an answer says, whether as a value or as bytes. */
export function bodyOf(answer: FhirAnswer): JsonObject & { id: string; meta: { versionId: string } } {
  const body: unknown = answer.json === undefined ? answer.body : JSON.parse(Buffer.from(answer.json).toString());
  return body as JsonObject & { id: string; meta: { versionId: string } };
}

export function entriesOf(
  answer: FhirAnswer,
): { resource: JsonObject & { id: string }; response: Record<string, string> }[] {
  return (bodyOf(answer)["entry"] ?? []) as unknown as {
    resource: JsonObject & { id: string };
    response: Record<string, string>;
  }[];
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
