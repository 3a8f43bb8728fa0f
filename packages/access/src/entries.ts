/**
 * What the door writes into the ledger. Records and subjects appear as pseudonyms; resource types come from requests
 * and are checked, so that no text of a caller's choosing reaches an entry.
 */
import {
  assert,
  asWardError,
  principalName,
  WardError,
  type AuditEntry,
  type Caller,
  type Clock,
  type Principal,
} from "@ward/core";
import type { Ledger } from "@ward/ledger";
import type { Act, EntryFacts, Touched } from "./contract.ts";
import type { Decision } from "./policies/decision-memory.ts";
import { remembered } from "./remembered.ts";

export interface EntryWriter {
  /** A read leaves one entry per distinct subject; nothing found leaves one without subject. */
  ofRead(caller: Caller, act: Act, decision: Decision, touched: readonly Touched[]): Eventual<readonly AuditEntry[]>;
  /** A write leaves one entry per record; nothing written leaves one without subject. */
  ofWrite(caller: Caller, act: Act, decision: Decision, touched: readonly Touched[]): Eventual<readonly AuditEntry[]>;
  /** An act about which only the act itself is known. */
  ofAct(caller: Caller, act: Act, result: ActResult): Eventual<AuditEntry>;
}

/** At once where it can be, since a promise for each step of each act is what a node would mostly be busy with. */
type Eventual<T> = T | Promise<T>;

/** Where tags come from: the vault. */
export interface EntryTags {
  /** Of what is no patient's: a function, a message, a record about no patient. Domain `record`, over `Type/id`. */
  pseudonym(domain: string, value: string): string;
  /** Of a patient and the records about them, under the patient's own key; undefined where they are no longer, or never were. */
  subjectTags(subjectId: string): Eventual<SubjectTags | undefined>;
}

interface SubjectTags {
  readonly subject: string;
  record(reference: string): string;
}

export type ActResult = Pick<AuditEntry, "decision" | "outcome" | "policies"> & EntryFacts;

export interface EntryWriterOptions {
  readonly tags: EntryTags;
  readonly clock: Clock;
}

/** An entry while it is written. Members are always added in the same order: of few shapes, entries are checked faster. */
type Draft = { -readonly [Member in keyof AuditEntry]: AuditEntry[Member] };

export function createEntryWriter({ tags, clock }: EntryWriterOptions): EntryWriter {
  let last = { ms: NaN, text: "" };
  return { ofRead, ofWrite, ofAct };

  function ofRead(
    caller: Caller,
    act: Act,
    { policies }: Decision,
    touched: readonly Touched[],
  ): Eventual<readonly AuditEntry[]> {
    const groups = groupBySubject(touched);
    const owners = groups.map((group) => tagsOf(group[0]?.subjectId));
    return whenAll(owners, (known) =>
      groups.map((group, at): AuditEntry => {
        const [first] = group;
        const only = group.length === 1 ? first : undefined;
        const owner = known[at];
        const resource = resourceOf(only?.type ?? act.resourceType, only?.id, first?.subjectId, owner);
        const entry = draft(caller, act, resource, owner, succeeded(policies));
        const fields = fieldsOf(group);
        if (fields.length > 0) entry.fields = fields;
        if (act.action === "fhir.search" || only === undefined) entry.count = group.length;
        return entry;
      }),
    );
  }

  function ofWrite(
    caller: Caller,
    act: Act,
    { policies }: Decision,
    touched: readonly Touched[],
  ): Eventual<readonly AuditEntry[]> {
    if (touched.length === 0) return when(ofAct(caller, act, { ...succeeded(policies), count: 0 }), (entry) => [entry]);
    const owners = touched.map(({ subjectId }) => tagsOf(subjectId));
    return whenAll(owners, (known) =>
      touched.map(({ type, id, subjectId, fields = [] }, at): AuditEntry => {
        const owner = known[at];
        const resource = resourceOf(type, id, subjectId, owner);
        const entry = draft(caller, act, resource, owner, succeeded(policies));
        if (fields.length > 0) entry.fields = sortedOnce(fields);
        return entry;
      }),
    );
  }

  function ofAct(caller: Caller, act: Act, result: ActResult): Eventual<AuditEntry> {
    const { resourceType: type, resourceId: id } = act;
    const { decision, policies, outcome, reason, carries, count, item, digest } = result;
    const isRecord = isAboutRecord(act.action);
    const subjectId = result.subjectId ?? (isRecord && type === "Patient" ? id : undefined);
    return when(tagsOf(subjectId), (owner) => {
      // Whose a record is nobody may have looked up: under a key of the tenant its tag would outlive the patient's.
      const resource = isRecord
        ? resourceOf(type, subjectId === undefined ? undefined : id, subjectId, owner)
        : resourceOf(type, id, undefined, undefined);
      const entry = draft(caller, act, resource, owner, { decision, policies, outcome });
      const host = result.host ?? (type !== "Host" ? undefined : hostOf(act, decision));
      if (reason !== undefined) entry.reason = reason;
      if (host !== undefined) entry.host = host;
      if (host !== undefined && carries !== undefined) entry.carries = carries;
      if (count !== undefined) entry.count = count;
      if (item !== undefined) entry.item = item;
      if (digest !== undefined) entry.digest = digest;
      return entry;
    });
  }

  function tagsOf(subjectId: string | undefined): Eventual<SubjectTags | undefined> {
    return subjectId === undefined ? undefined : tags.subjectTags(subjectId);
  }

  /** INVARIANT: a tag about a patient ends with the patient's key, so where that is gone there is none. */
  function resourceOf(
    type: string,
    id: string | undefined,
    subjectId: string | undefined,
    owner: SubjectTags | undefined,
  ): NonNullable<AuditEntry["resource"]> {
    const shown = knownForm(type);
    if (id === undefined) return { type: shown };
    const reference = `${type}/${id}`;
    const tag = subjectId === undefined ? tags.pseudonym("record", reference) : owner?.record(reference);
    return tag === undefined ? { type: shown } : { type: shown, tag };
  }

  /** Many acts end in the same millisecond. */
  function timeNow(): string {
    const date = clock.now();
    if (date.getTime() !== last.ms) last = { ms: date.getTime(), text: date.toISOString() };
    return last.text;
  }

  function draft(
    caller: Caller,
    { action }: Act,
    resource: NonNullable<AuditEntry["resource"]>,
    owner: SubjectTags | undefined,
    { decision, policies, outcome }: Pick<AuditEntry, "decision" | "policies" | "outcome">,
  ): Draft {
    const { principal, onBehalfOf, chain = [], purpose, release, traceId: trace } = caller;
    const time = timeNow();
    const name = principalName(principal);
    const entry: Draft = { time, principal: name, action, resource, purpose, decision, policies, outcome, trace };
    if (onBehalfOf !== undefined) entry.onBehalfOf = principalName(onBehalfOf);
    if (onBehalfOf !== undefined && chain.length > 0) entry.chain = chain.map(principalName);
    addSession(entry, principal.kind === "person" ? principal : onBehalfOf);
    if (release !== undefined) entry.release = release;
    if (owner !== undefined) entry.subject = owner.subject;
    return entry;
  }
}

/** Of the person among the one who acted and the one it acted for; of the one who acted where both are persons. */
function addSession(entry: Draft, person: Principal | undefined): void {
  if (person?.kind !== "person" || person.session === undefined) return;
  const { id, device, assurance, breakGlass } = person.session;
  if (id !== undefined) entry.session = id;
  if (device !== undefined) entry.device = device;
  if (assurance !== undefined) entry.assurance = assurance;
  if (breakGlass !== undefined && entry.purpose === "ETREAT") entry.breakGlass = breakGlass;
}

function succeeded(policies: readonly string[]) {
  return { decision: "allow", policies, outcome: "success" } as const;
}

function isAboutRecord(action: Act["action"]): boolean {
  return action.startsWith("fhir.") || action === "screen.disclosure";
}

function when<T, U>(value: Eventual<T>, use: (value: T) => U): Eventual<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}

function whenAll<T, U>(values: readonly Eventual<T>[], use: (values: readonly T[]) => U): Eventual<U> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values).then(use) : use(values as readonly T[]);
}

/** Writes entries in a transaction of their own. Throws `record-unavailable`, whatever the ledger threw. */
export async function recordDurably(ledger: Ledger, entries: readonly AuditEntry[]): Promise<void> {
  await orRecordUnavailable(ledger.record(entries));
}

export async function orRecordUnavailable(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw asRecordUnavailable(error);
  }
}

export function asRecordUnavailable(error: unknown): unknown {
  const { code, detail } = asWardError(error);
  return code === "record-unavailable" ? error : new WardError("record-unavailable", { ...detail, because: code });
}

/** What an entry takes from a caller as it is. */
export function checkCaller({ traceId }: Caller): void {
  assert(
    /^[0-9a-f]{32}$/.test(traceId),
    "a trace id is 32 lower-case hex digits, or callers' text would reach the ledger",
  );
}

/** At least one group, so that an act that found nothing is recorded too. */
function groupBySubject(touched: readonly Touched[]): readonly (readonly Touched[])[] {
  if (isAboutOne(touched)) return [touched];
  const groups = new Map<string | undefined, Touched[]>();
  for (const record of touched) {
    const group = groups.get(record.subjectId);
    if (group === undefined) groups.set(record.subjectId, [record]);
    else group.push(record);
  }
  return [...groups.values()];
}

function isAboutOne(touched: readonly Touched[]): boolean {
  const subjectId = touched[0]?.subjectId;
  for (const record of touched) if (record.subjectId !== subjectId) return false;
  return true;
}

const NONE: readonly string[] = [];
const sortedLists = new WeakMap<readonly string[], readonly string[]>();

/** Of all records of a group. Records of one form share one list, and it is looked up for each that is read. */
function fieldsOf(group: readonly Touched[]): readonly string[] {
  const list = group[0]?.fields ?? NONE;
  for (const { fields = NONE } of group) if (fields !== list) return fieldsOfAll(group);
  if (list.length === 0) return NONE;
  let sorted = sortedLists.get(list);
  if (sorted === undefined) sortedLists.set(list, (sorted = sortedOnce(list)));
  return sorted;
}

function fieldsOfAll(group: readonly Touched[]): readonly string[] {
  return sortedOnce([...new Set(group.map(({ fields = NONE }) => fields))].flat());
}

/** In order, each once. Records have few forms, and sorting costs more than looking up. */
function sortedOnce(names: readonly string[]): readonly string[] {
  return sortedForm(JSON.stringify(names));
}

const sortedForm = remembered(1_000, (form): readonly string[] => [...new Set(JSON.parse(form) as string[])].sort());

/** A host that no grant names may itself be the message (`<mrn>.example.org`). */
function hostOf(act: Act, decision: AuditEntry["decision"]): string {
  return decision === "allow" ? (act.resourceId ?? "ungranted") : "ungranted";
}

function knownForm(type: string): string {
  return /^[A-Z][A-Za-z]{0,39}$/.test(type) ? type : "Unrecognized";
}
