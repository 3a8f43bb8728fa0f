/**
 * What the door writes into the ledger. Records and subjects appear as pseudonyms; resource types come from requests
 * and are checked, so that no text of a caller's choosing reaches an entry.
 */
import {
  asWardError,
  principalName,
  WardError,
  type AuditEntry,
  type Caller,
  type Clock,
  type PersonSession,
} from "@ward/core";
import type { Ledger } from "@ward/ledger";
import type { Act, EntryFacts, Touched } from "./contract.ts";
import type { Decision } from "./policies/policy-engine.ts";

export interface EntryWriter {
  /** A read leaves one entry per distinct subject; nothing found leaves one without subject. */
  ofRead(caller: Caller, act: Act, decision: Decision, touched: readonly Touched[]): readonly AuditEntry[];
  /** A write leaves one entry per record; nothing written leaves one without subject. */
  ofWrite(caller: Caller, act: Act, decision: Decision, touched: readonly Touched[]): readonly AuditEntry[];
  /** An act about which only the act itself is known. */
  ofAct(caller: Caller, act: Act, result: ActResult): AuditEntry;
}

export type ActResult = Pick<AuditEntry, "decision" | "outcome" | "policies"> & EntryFacts;

export interface EntryWriterOptions {
  /** `Vault.pseudonym`. Domains: `subject` over the patient's id, `record` over `Type/id`. */
  readonly pseudonym: (domain: string, value: string) => string;
  readonly clock: Clock;
}

export function createEntryWriter({ pseudonym, clock }: EntryWriterOptions): EntryWriter {
  const base = (caller: Caller, { action }: Act) => ({
    time: clock.now().toISOString(),
    ...actorsOf(caller),
    action,
    purpose: caller.purpose,
    ...(caller.release === undefined ? {} : { release: caller.release }),
    trace: caller.traceId,
  });
  const tagOf = (type: string, id: string) => pseudonym("record", `${type}/${id}`);
  const resourceOf = (type: string, id: string | undefined) => ({
    type: knownForm(type),
    ...(id === undefined ? {} : { tag: tagOf(type, id) }),
  });
  const subjectOf = (id: string | undefined) => (id === undefined ? {} : { subject: pseudonym("subject", id) });
  const succeeded = ({ policies }: Decision) => ({ decision: "allow", policies, outcome: "success" }) as const;

  return {
    ofRead(caller, act, decision, touched) {
      return groupBySubject(touched).map((group) => {
        const [first, second] = group;
        const only = second === undefined ? first : undefined;
        const isCounted = act.action === "fhir.search" || only === undefined;
        return {
          ...base(caller, act),
          resource: only === undefined ? resourceOf(act.resourceType, undefined) : resourceOf(only.type, only.id),
          ...subjectOf(first?.subjectId),
          ...succeeded(decision),
          ...fieldsOf(group),
          ...(isCounted ? { count: group.length } : {}),
        };
      });
    },

    ofWrite(caller, act, decision, touched) {
      if (touched.length === 0) {
        const resource = resourceOf(act.resourceType, act.resourceId);
        return [{ ...base(caller, act), resource, ...succeeded(decision), count: 0 }];
      }
      return touched.map((record) => ({
        ...base(caller, act),
        resource: resourceOf(record.type, record.id),
        ...subjectOf(record.subjectId),
        ...succeeded(decision),
        ...fieldsOf([record]),
      }));
    },

    ofAct(caller, act, { decision, outcome, policies, subjectId, reason, host, carries, count, item, digest }) {
      const isPatient = act.action.startsWith("fhir.") && act.resourceType === "Patient";
      const actHost = host ?? (act.resourceType !== "Host" ? undefined : hostOf(act, decision));
      return {
        ...base(caller, act),
        resource: resourceOf(act.resourceType, act.resourceId),
        ...subjectOf(subjectId ?? (isPatient ? act.resourceId : undefined)),
        decision,
        policies,
        outcome,
        ...(reason === undefined ? {} : { reason }),
        ...(actHost === undefined ? {} : { host: actHost }),
        ...(actHost === undefined || carries === undefined ? {} : { carries }),
        ...(count === undefined ? {} : { count }),
        ...(item === undefined ? {} : { item }),
        ...(digest === undefined ? {} : { digest }),
      };
    },
  };
}

type Actors = Pick<
  AuditEntry,
  "principal" | "onBehalfOf" | "chain" | "session" | "device" | "assurance" | "breakGlass"
>;

/** Who acted, for whom, and the session of the person among these two: of the one who acted where both are persons. */
function actorsOf({ principal, onBehalfOf, chain, purpose }: Caller): Actors {
  const person = [principal, onBehalfOf].find((one) => one?.kind === "person");
  return {
    principal: principalName(principal),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf: principalName(onBehalfOf) }),
    ...(onBehalfOf === undefined || chain === undefined || chain.length === 0
      ? {}
      : { chain: chain.map(principalName) }),
    ...(person?.kind === "person" && person.session !== undefined ? sessionOf(person.session, purpose) : {}),
  };
}

function sessionOf({ id, device, assurance, breakGlass }: PersonSession, purpose: AuditEntry["purpose"]) {
  return {
    ...(id === undefined ? {} : { session: id }),
    ...(device === undefined ? {} : { device }),
    ...(assurance === undefined ? {} : { assurance }),
    ...(breakGlass === undefined || purpose !== "ETREAT" ? {} : { breakGlass }),
  };
}

/** Writes entries in a transaction of their own. Throws `record-unavailable`, whatever the ledger threw. */
export async function recordDurably(ledger: Ledger, entries: readonly AuditEntry[]): Promise<void> {
  await orRecordUnavailable(ledger.record(entries));
}

export async function orRecordUnavailable(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    const { code, detail } = asWardError(error);
    throw code === "record-unavailable" ? error : new WardError("record-unavailable", { ...detail, because: code });
  }
}

/** At least one group, so that an act that found nothing is recorded too. */
function groupBySubject(touched: readonly Touched[]): readonly (readonly Touched[])[] {
  const groups = new Map<string | undefined, Touched[]>();
  for (const record of touched) {
    const group = groups.get(record.subjectId);
    if (group === undefined) groups.set(record.subjectId, [record]);
    else group.push(record);
  }
  return groups.size === 0 ? [[]] : [...groups.values()];
}

function fieldsOf(group: readonly Touched[]): Pick<AuditEntry, "fields"> {
  const fields = [...new Set(group.flatMap((record) => record.fields ?? []))].sort();
  return fields.length === 0 ? {} : { fields };
}

/** A host that no grant names may itself be the message (`<mrn>.example.org`). */
function hostOf(act: Act, decision: AuditEntry["decision"]): string {
  return decision === "allow" ? (act.resourceId ?? "ungranted") : "ungranted";
}

function knownForm(type: string): string {
  return /^[A-Z][A-Za-z]{0,39}$/.test(type) ? type : "Unrecognized";
}
