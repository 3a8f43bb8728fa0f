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
  ofRead(caller: Caller, act: Act, decision: Decision, touched: readonly Touched[]): Promise<readonly AuditEntry[]>;
  /** A write leaves one entry per record; nothing written leaves one without subject. */
  ofWrite(caller: Caller, act: Act, decision: Decision, touched: readonly Touched[]): Promise<readonly AuditEntry[]>;
  /** An act about which only the act itself is known. */
  ofAct(caller: Caller, act: Act, result: ActResult): Promise<AuditEntry>;
}

/** Where tags come from: the vault. */
export interface EntryTags {
  /** Of what is no patient's: a function, a message, a record about no patient. Domain `record`, over `Type/id`. */
  pseudonym(domain: string, value: string): string;
  /** Of a patient and the records about them, under the patient's own key; undefined where they are no longer, or never were. */
  subjectTags(subjectId: string): Promise<{ readonly subject: string; record(reference: string): string } | undefined>;
}

export type ActResult = Pick<AuditEntry, "decision" | "outcome" | "policies"> & EntryFacts;

export interface EntryWriterOptions {
  readonly tags: EntryTags;
  readonly clock: Clock;
}

export function createEntryWriter({ tags, clock }: EntryWriterOptions): EntryWriter {
  const base = (caller: Caller, { action }: Act) => ({
    time: clock.now().toISOString(),
    ...actorsOf(caller),
    action,
    purpose: caller.purpose,
    ...(caller.release === undefined ? {} : { release: caller.release }),
    trace: caller.traceId,
  });
  /** INVARIANT: a tag about a patient ends with the patient's key, so where that is gone there is none. */
  const placeOf = async ({ type, id, subjectId }: Partial<Touched> & { readonly type: string }) => {
    const subject = subjectId === undefined ? undefined : await tags.subjectTags(subjectId);
    const reference = id === undefined ? undefined : `${type}/${id}`;
    const tag =
      reference === undefined
        ? undefined
        : subjectId === undefined
          ? tags.pseudonym("record", reference)
          : subject?.record(reference);
    return {
      resource: { type: knownForm(type), ...(tag === undefined ? {} : { tag }) },
      ...(subject === undefined ? {} : { subject: subject.subject }),
    };
  };
  const placeOfAct = async ({ action, resourceType: type, resourceId: id }: Act, told: string | undefined) => {
    if (!isAboutRecord(action)) {
      const { resource } = await placeOf({ type, ...(id === undefined ? {} : { id }) });
      const { resource: _, ...subject } = await placeOf({ type, ...(told === undefined ? {} : { subjectId: told }) });
      return { resource, ...subject };
    }
    const subjectId = told ?? (type === "Patient" ? id : undefined);
    // Whose the record is nobody looked up: under a key of the tenant its tag would outlive the patient's.
    return await placeOf({
      type,
      ...(subjectId === undefined ? {} : { subjectId, ...(id === undefined ? {} : { id }) }),
    });
  };
  const succeeded = ({ policies }: Decision) => ({ decision: "allow", policies, outcome: "success" }) as const;

  return {
    async ofRead(caller, act, decision, touched) {
      const groups = groupBySubject(touched).map(async (group) => {
        const [first, second] = group;
        const only = second === undefined ? first : undefined;
        const isCounted = act.action === "fhir.search" || only === undefined;
        const { type = act.resourceType, id } = only ?? {};
        const about = first?.subjectId === undefined ? {} : { subjectId: first.subjectId };
        return {
          ...base(caller, act),
          ...(await placeOf({ type, ...(id === undefined ? {} : { id }), ...about })),
          ...succeeded(decision),
          ...fieldsOf(group),
          ...(isCounted ? { count: group.length } : {}),
        };
      });
      return await Promise.all(groups);
    },

    async ofWrite(caller, act, decision, touched) {
      if (touched.length === 0) {
        return [{ ...base(caller, act), ...(await placeOfAct(act, undefined)), ...succeeded(decision), count: 0 }];
      }
      const entries = touched.map(async (record) => ({
        ...base(caller, act),
        ...(await placeOf(record)),
        ...succeeded(decision),
        ...fieldsOf([record]),
      }));
      return await Promise.all(entries);
    },

    async ofAct(caller, act, { decision, outcome, policies, subjectId, reason, host, carries, count, item, digest }) {
      const actHost = host ?? (act.resourceType !== "Host" ? undefined : hostOf(act, decision));
      return {
        ...base(caller, act),
        ...(await placeOfAct(act, subjectId)),
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

function isAboutRecord(action: Act["action"]): boolean {
  return action.startsWith("fhir.") || action === "screen.disclosure";
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
  // Records of one form share one list.
  const lists = new Set(group.map((record) => record.fields ?? []));
  const fields = [...new Set([...lists].flat())].sort();
  return fields.length === 0 ? {} : { fields };
}

/** A host that no grant names may itself be the message (`<mrn>.example.org`). */
function hostOf(act: Act, decision: AuditEntry["decision"]): string {
  return decision === "allow" ? (act.resourceId ?? "ungranted") : "ungranted";
}

function knownForm(type: string): string {
  return /^[A-Z][A-Za-z]{0,39}$/.test(type) ? type : "Unrecognized";
}
