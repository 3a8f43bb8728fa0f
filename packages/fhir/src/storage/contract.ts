/**
 * What `query` and `interactions` ask of storage. Rows are ciphertext; who asks opens them with `open` and matches
 * again, since tokens are truncated: a hit is a candidate, never an answer.
 *
 * Two ids. The *logical* id is the one in URLs and in the resource (`Patient/example`); the *record* id is a UUID, the
 * only one that tables, ledger entries and jobs hold (docs/decisions/0030-fhir-ids.md). Parameters called `id`, `ids`
 * and `subjectIds` are logical, whatever is called `recordId`, and `subjectId` of a row or a `Touched`, is a record id.
 */
import type { RecordWriter, Touched } from "@ward/access";
import type { Sql } from "@ward/core";
import type { JsonObject } from "../json.ts";
import type { Searched } from "../extraction/searched.ts";
import type { IndexOptions } from "../search/tokens/index-options.ts";

/** At least one of these tokens is on the record. */
export type TokenGroup = readonly bigint[];

/** Which current, undeleted records may match. Every condition given must hold. */
export interface RowQuery {
  /** Of one of these types. */
  readonly types: readonly string[];
  readonly allOf: readonly TokenGroup[];
  /** Logical ids, as in URLs. */
  readonly ids?: readonly string[];
  /** In one of these patients' compartments; logical ids. */
  readonly subjectIds?: readonly string[];
  /** `last_updated` within [from, to). */
  readonly updated?: { readonly from?: Date; readonly to?: Date };
  readonly order: RowOrder;
  /** Behind this place in `order`: keyset paging. */
  readonly after?: RowPlace;
  readonly limit: number;
}

/**
 * `newest`: by `sequence`, which a record gets when it is first written and keeps, highest first: a record that changes
 * while somebody pages does not move. `lastUpdated` and `-lastUpdated`: then by sequence, highest first.
 */
export type RowOrder = "newest" | "lastUpdated" | "-lastUpdated";

export interface RowPlace {
  readonly sequence: bigint;
  readonly lastUpdated: Date;
}

/** A version's row. */
export interface RecordRow {
  readonly type: string;
  /** The record id. */
  readonly id: string;
  readonly version: number;
  readonly sequence: bigint;
  /** Record id of the patient in whose compartment this version lies; null: `shared/<type>`. */
  readonly subject_id: string | null;
  readonly last_updated: Date;
  /** A tombstone: its body holds nothing but type, logical id and meta. */
  readonly deleted: boolean;
  readonly body: Uint8Array;
}

export interface RecordKey {
  readonly type: string;
  /** Logical. */
  readonly id: string;
}

/** What a version is matched, sorted and judged by. */
export interface Sketch extends Searched {
  readonly recordId: string;
  readonly version: number;
  readonly sequence: bigint;
  /** Record id of the patient. */
  readonly subjectId: string | undefined;
  readonly lastUpdated: Date;
  /** `meta.security` as `system|code`, for `RecordReader.maySee`. */
  readonly labels: readonly string[];
}

/** A version in memory. */
export interface OpenRecord extends Sketch {
  readonly deleted: boolean;
  readonly resource: JsonObject;
  /** The resource as JSON in UTF-8, as it was sealed: what leaves where nothing is left out. */
  readonly json: Buffer;
  /** The record as it stands in ledger entries, with the element names of the whole resource. */
  readonly touched: Touched;
}

/** A version as the bytes that were sealed: for answers that need not look into the resource. */
export type OpenBytes = Omit<OpenRecord, "resource" | "id" | "valuesOf">;

/** Versions, newest first: by `last_updated`, then `sequence`, then `version`. */
export interface HistoryQuery {
  /** All types where absent. */
  readonly types?: readonly string[];
  /** Of one record; with exactly one type. Logical. */
  readonly id?: string;
  /** Written at this time or later. */
  readonly since?: Date;
  /** Current at some moment of [from, to). */
  readonly at?: { readonly from: Date; readonly to: Date };
  readonly after?: HistoryPlace;
  readonly limit: number;
}

export interface HistoryPlace extends RowPlace {
  readonly version: number;
}

/** One write, checked and ready: made by `prepareWrite` and by nothing else. */
export interface PreparedWrite {
  readonly kind: "create" | "update" | "delete";
  readonly type: string;
  /** Logical. */
  readonly id: string;
  readonly recordId: string;
  /** Version that must be current; 0: there must never have been one. */
  readonly ifMatch: number | undefined;
  /** Absent for a deletion. */
  readonly draft: Draft | undefined;
}

/** A resource that is valid R4 but for its `meta.versionId` and `meta.lastUpdated`, which are placeholders. */
export interface Draft {
  readonly resource: JsonObject;
  /** Record id of the patient in whose compartment it lies. */
  readonly subjectId: string | undefined;
  readonly tokens: BigInt64Array;
}

/** What a caller wants written. `id` is logical. */
export type RecordWrite =
  | { readonly kind: "create"; readonly type: string; readonly id: string; readonly resource: JsonObject }
  | {
      /** Creates the record where there is none, or where it was deleted. */
      readonly kind: "update";
      readonly type: string;
      readonly id: string;
      readonly resource: JsonObject;
      readonly ifMatch?: number;
    }
  | { readonly kind: "delete"; readonly type: string; readonly id: string; readonly ifMatch?: number };

export interface WriteResult {
  /** `absent`: there was nothing to delete. */
  readonly outcome: "created" | "updated" | "deleted" | "absent";
  readonly type: string;
  /** Logical. */
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: Date;
  /** As stored; absent for a deletion. */
  readonly resource?: JsonObject;
  /** The same as JSON in UTF-8. */
  readonly json?: Buffer;
  /** Absent where nothing was written. */
  readonly touched?: Touched;
}

/** A conditional write's condition. */
export interface Condition {
  /** Equal for equal criteria: the second of two in one batch matches what the first one makes. */
  readonly canonical: string;
  /** Blind indexes of the criteria and of the resource's identifiers: two writers that could match MUST share one. */
  readonly locks: readonly bigint[];
  /** Opened records that meet the criteria; more than one is an error. Called before and after the lock. */
  find(sql: Sql): Promise<readonly OpenRecord[]>;
}

/** A condition's record, an earlier condition's place in the list, or nothing. */
export type ConditionMatch = OpenRecord | number | undefined;

export interface RecordStorage {
  /** What is indexed: `plan` MUST be asked with the same. */
  readonly index: IndexOptions;
  /** The record id of a logical id. */
  recordId(type: string, id: string): string;
  /** The current version, also where it is a tombstone. */
  findRecord(sql: Sql, type: string, id: string): Promise<RecordRow | undefined>;
  /** Current versions in any order; what is not there or is deleted is missing. */
  findRecords(sql: Sql, keys: readonly RecordKey[]): Promise<readonly RecordRow[]>;
  findVersion(sql: Sql, type: string, id: string, version: number): Promise<RecordRow | undefined>;
  findHistory(sql: Sql, query: HistoryQuery): Promise<readonly RecordRow[]>;
  countHistory(sql: Sql, query: Omit<HistoryQuery, "limit" | "after">): Promise<number>;
  findRows(sql: Sql, query: RowQuery): Promise<readonly RecordRow[]>;
  /**
   * The same rows, of one type, without their resources where a card says enough (`isOnCard`): their `valuesOf` is then
   * good for its parameters alone. In their order. Throws as `open` does.
   */
  findSketches(sql: Sql, query: RowQuery): Promise<readonly (Sketch | OpenRecord)[]>;
  /**
   * The records of sketches, and in the same statement current records by their keys; undefined where a sketch's version
   * is no longer the current one. `more` is in no order; what is not there or is deleted is missing.
   */
  openSketches(
    sql: Sql,
    sketches: readonly (Sketch | OpenRecord)[],
    more: readonly RecordKey[],
  ): Promise<{ readonly records: readonly OpenRecord[]; readonly more: readonly OpenRecord[] } | undefined>;
  /** How many rows there are, counted up to `limit`. */
  countRows(sql: Sql, query: Omit<RowQuery, "order" | "after">): Promise<number>;
  /** Throws `decryption-failed` or `key-unavailable` where one of them doesn't open. In the order of the rows. */
  open(sql: Sql, rows: readonly RecordRow[]): Promise<readonly OpenRecord[]>;
  openBytes(sql: Sql, row: RecordRow): Promise<OpenBytes>;
  /**
   * Looks what conditions match, so that it stays true until the writer's transaction ends: of many at once with the
   * same criteria, one finds nothing and the others find what it made. Throws `multiple-matches` with `detail.entry`,
   * the condition's place.
   */
  matchConditions(writer: RecordWriter, conditions: readonly Condition[]): Promise<readonly ConditionMatch[]>;
  /** Validates, finds compartment and tokens. Throws `invalid-resource`, `too-large`. Touches no database. */
  prepareWrite(write: RecordWrite): PreparedWrite;
  /**
   * Writes all or nothing; results in the order of the writes. Everything is checked before the first is written, so
   * that a refused batch leaves the transaction as it was. One record at most once. Throws `version-conflict`,
   * `precondition`, `not-found`, with `detail.entry`, the write's place.
   */
  write(writer: RecordWriter, writes: readonly PreparedWrite[]): Promise<readonly WriteResult[]>;
}
