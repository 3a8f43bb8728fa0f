/**
 * The one door: identify → authorize → meter → act → record. Every read or change of PHI happens inside a callback
 * that the door calls with a handle, after it decided and before it recorded.
 */
import type { AuditAction, AuditEntry, Caller, Sql, Transaction } from "@ward/core";

/** What somebody wants to do. The Cedar action is `<action>`, the Cedar resource `ResourceType::"<resourceType>"`. */
export interface Act {
  readonly action: AuditAction;
  readonly resourceType: string;
  readonly resourceId?: string;
}

/** A record that an act read or changed. */
export interface Touched {
  readonly type: string;
  readonly id: string;
  /** Patient id whose compartment it is in; absent for records about no patient. */
  readonly subjectId?: string;
  /** Element names disclosed, never values. Records of one form may share one list, which MUST NOT change. */
  readonly fields?: readonly string[];
}

export interface ActOutcome<T> {
  readonly value: T;
  readonly touched: readonly Touched[];
}

/** What policy may ask of a record that is about to leave. */
export interface SeenRecord {
  readonly type: string;
  /** Record id of the patient in whose compartment it lies. */
  readonly subjectId?: string | undefined;
  /** `meta.security` as `system|code`; a list that several records share MUST NOT change. */
  readonly labels: readonly string[];
}

/** Permission to read records, lent for one callback. Using it later throws. */
export interface RecordReader {
  readonly sql: Sql;
  /**
   * Whether policy lets the caller see this record in this act. MUST be asked for each record before anything of it
   * leaves or is counted; one that may not be seen is treated as if it were not there.
   */
  maySee(record: SeenRecord): boolean;
  /** Some policy looks at records and not only at their types: what is changed unread must be looked at too. */
  readonly looksAtRecords: boolean;
}

/** Permission to write records, lent for one callback. Using it later throws. */
export interface RecordWriter extends RecordReader {
  readonly tx: Transaction;
  /**
   * The session has no transaction of its own yet: what it reads through `sql` is not held still, and what it gives to
   * `tx.insertAtCommit` commits together with other sessions' writes. `tx.query` and `tx.send` end this.
   */
  readonly isShared: boolean;
  /** Runs when the session has ended, whether it committed or not. */
  onEnd(action: () => void): void;
}

/**
 * A session's acts, all in one transaction. Acts may nest: a FHIR transaction opens one act inside another, so that
 * every entry is authorized before the first reads or writes, and each is recorded when its callback returns.
 */
export interface Acts {
  read<T>(act: Act, use: (reader: RecordReader) => Promise<ActOutcome<T>>): Promise<T>;
  write<T>(act: Act, use: (writer: RecordWriter) => Promise<ActOutcome<T>>): Promise<T>;
}

export interface Door {
  /**
   * Runs acts for one caller. Without `within`, opens a transaction, and returns only after it committed with every
   * act's entry. With `within` (an invocation's unit of work) writes and their entries join that transaction, while
   * the entry of a read is made durable on its own before the read's result is released.
   *
   * A refused act is recorded durably, then thrown as `access-denied` (or `quota-exceeded`).
   */
  session<T>(caller: Caller, work: (acts: Acts) => Promise<T>, within?: Transaction): Promise<T>;
  /**
   * Authorizes and records an act that touches no PHI record (emit, egress, secret, invoke). With `within`, the
   * entry joins that transaction. Throws `access-denied` after recording the refusal.
   */
  permit(caller: Caller, act: Act, facts?: EntryFacts, within?: Transaction): Promise<void>;
  /**
   * Asks policy for an act whose record the caller makes: it MUST record the act, with the policies that this answers,
   * before it releases a result. `found`: why the act is refused whatever policy says. A refusal is recorded as by
   * `refuse`, then thrown as `access-denied`.
   */
  decide(caller: Caller, act: Act, found?: EntryFacts["reason"]): Promise<readonly string[]>;
  /** Records a refusal that its causer can repeat at will: a flood of one kind is counted rather than recorded one by one. */
  refuse(caller: Caller, act: Act, refusal: Refusal): Promise<void>;
  /** Records the refusals that are counted. */
  flush(): Promise<void>;
  /** Records something that happened or was refused without asking policy (a forged header, a stopped instance, a message received). */
  note(
    caller: Caller,
    act: Act,
    result: Pick<AuditEntry, "decision" | "outcome"> & Partial<Pick<AuditEntry, "policies">> & EntryFacts,
    within?: Transaction,
  ): Promise<void>;
}

/** Facts an entry may carry beyond the act. `subjectId` is turned into its pseudonym. */
export interface EntryFacts {
  readonly subjectId?: string;
  readonly reason?: NonNullable<AuditEntry["reason"]>;
  readonly host?: string;
  readonly carries?: NonNullable<AuditEntry["carries"]>;
  readonly count?: number;
  /** With an act of `CHANGE_ACTIONS`: name and SHA-256 of what was put in force. */
  readonly item?: string;
  readonly digest?: string;
}

export interface Refusal extends EntryFacts {
  readonly reason: NonNullable<AuditEntry["reason"]>;
  readonly policies?: readonly string[];
}
