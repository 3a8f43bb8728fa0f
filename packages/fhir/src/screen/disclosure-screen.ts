/**
 * Finds PHI in text on its way out. It reads the patient's record to know what to look for, so it goes through the door
 * as a principal of its own and leaves an entry (45 CFR 164.312(b)). Fails closed: a patient it can't read, a text it
 * can't look through, is an error or a finding, never silence.
 *
 * Not caught (docs/reference/search.md): look-alike letters of other scripts, leetspeak, ciphers, compression, images,
 * encodings other than those of `text-forms.ts`, paraphrase, and the names of patients other than `subjectId`'s.
 */
import { systemClock, WardError, type Caller, type Sql } from "@ward/core";
import type { Door, Touched } from "@ward/access";
import type { Vault } from "@ward/vault";
import { valuesAt } from "../storage/compartment.ts";
import type { DisclosureScreen } from "../contract.ts";
import type { OpenRecord, RecordStorage } from "../storage/contract.ts";
import { createRecordStorage } from "../storage/record-storage.ts";
import { identifierToken } from "../search/index-of.ts";
import { findPatterns, identifierCandidates } from "./disclosure-patterns.ts";
import { findPatientValues } from "./patient-values.ts";
import { textForms } from "./text-forms.ts";
import { viewText } from "./text-view.ts";

export interface DisclosureScreenOptions {
  readonly door: Door;
  readonly vault: Vault;
}

/** The principal that reads; the platform permits it `screen.disclosure` on `Patient` for HOPERAT. */
export const SCREEN_PRINCIPAL = { kind: "service", id: "egress-proxy" } as const;

const TEXT_MAX_CHARS = 1_000_000;
const HITS_MAX = 200;

export function createDisclosureScreen({ door, vault }: DisclosureScreenOptions): DisclosureScreen {
  const storage = createRecordStorage({ vault, clock: systemClock });
  return {
    async find(caller, text, subjectId) {
      const forms = text.length > TEXT_MAX_CHARS ? undefined : textForms(text);
      const candidates = forms && identifierCandidates(forms.join("\n"));
      if (!forms || !candidates) return ["unscreenable"];
      const views = forms.map(viewText);
      const kinds = new Set(views.flatMap(({ folded }) => findPatterns(folded)));
      await door.session(screenCaller(caller), async (acts) => {
        const act = { action: "screen.disclosure", resourceType: "Patient" } as const;
        const resourceId = subjectId === undefined ? undefined : storage.recordId("Patient", subjectId);
        await acts.read(resourceId === undefined ? act : { ...act, resourceId }, async ({ sql }) => {
          const touched: Touched[] = [];
          if (subjectId !== undefined) {
            const patient = await readPatient(storage, sql, subjectId);
            for (const view of views) for (const kind of findPatientValues(patient.resource, view)) kinds.add(kind);
            touched.push(touchedBy(patient));
          }
          const known = await findKnownPatients(storage, vault, sql, candidates);
          if (known.length > 0) kinds.add("known-identifier");
          touched.push(...known.map(touchedBy));
          return { value: undefined, touched };
        });
      });
      return [...kinds].sort();
    },
  };
}

function screenCaller({ principal, onBehalfOf, chain = [], traceId, release }: Caller): Caller {
  return {
    principal: SCREEN_PRINCIPAL,
    purpose: "HOPERAT",
    traceId,
    ...(release === undefined ? {} : { release }),
    onBehalfOf: principal,
    ...(onBehalfOf === undefined ? {} : { chain: [onBehalfOf, ...chain] }),
  };
}

async function readPatient(storage: RecordStorage, sql: Sql, id: string): Promise<OpenRecord> {
  const row = await storage.findRecord(sql, "Patient", id);
  if (!row || row.deleted) throw new WardError("not-found", { type: "Patient" });
  const [patient] = await storage.open(sql, [row]);
  if (!patient) throw new WardError("not-found", { type: "Patient" });
  return patient;
}

/** Patients one of whose identifiers is exactly one of the candidates. */
async function findKnownPatients(
  storage: RecordStorage,
  vault: Vault,
  sql: Sql,
  candidates: readonly string[],
): Promise<readonly OpenRecord[]> {
  if (candidates.length === 0) return [];
  const tokens = candidates.map((value) =>
    identifierToken("Patient", value, (domain, text) => vault.blindIndex(domain, text)),
  );
  const rows = await storage.findRows(sql, { types: ["Patient"], allOf: [tokens], order: "newest", limit: HITS_MAX });
  const records = await storage.open(sql, rows);
  const wanted = new Set(candidates);
  return records.filter(({ resource }) =>
    valuesAt(resource, "identifier.value").some((value) => typeof value === "string" && wanted.has(value)),
  );
}

/** The screen looks into a record; it discloses none of its elements. */
function touchedBy({ touched: { type, id, subjectId } }: OpenRecord): Touched {
  return { type, id, ...(subjectId === undefined ? {} : { subjectId }) };
}
