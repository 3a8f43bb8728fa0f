/**
 * Storage of FHIR records (`contract.ts`): ciphertext in `fhir.record` and `fhir.history`, found by record ids and blind
 * indexes. One statement per step, however many records, because a round trip costs more than the work of one record.
 */
import { WardError, type Clock, type Sql } from "@ward/core";
import type { CompartmentId, CompartmentKeys, Vault } from "@ward/vault";
import type { IndexOptions } from "../search/tokens/index-options.ts";
import { invalid } from "../validate.ts";
import { CardSketch, openCards, SketchedRow } from "./card-sketch.ts";
import { compartmentId, literalReference } from "./compartment.ts";
import type { HistoryQuery, OpenRecord, PreparedWrite, RecordRow, RecordStorage, RowQuery } from "./contract.ts";
import { findCardRows } from "./find-cards.ts";
import { countHistory, findHistory } from "./find-history.ts";
import { countRows, findRows } from "./find-rows.ts";
import { matchConditions } from "./match-conditions.ts";
import { PackedRow } from "./packed-rows.ts";
import { prepareWrite, referencesTo } from "./prepare-write.ts";
import { findCurrent, findCurrents, findHeads, findPacked, findVersion, type StoredKey } from "./read-records.ts";
import { recordIdOf } from "./record-id.ts";
import { openRecord } from "./sealed-record.ts";
import { createTokenFrequencies } from "./token-frequencies.ts";
import { createTurns } from "./turns.ts";
import { writeRecords } from "./write-records.ts";

export interface RecordStorageOptions {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly rules?: RecordRules;
}

/** What R4 leaves to the server. */
export interface RecordRules {
  /** A literal reference to one of these types must lead to a record that is there, or in the same transaction. */
  readonly referentialIntegrity?: readonly string[];
  /** A subject must be named by a literal reference, so that its key seals the record. */
  readonly namedSubjects?: boolean;
  /** What has blind indexes beside the usual; MUST NOT change once there are records. */
  readonly index?: IndexOptions;
}

export function createRecordStorage({ vault, clock, rules = {} }: RecordStorageOptions): RecordStorage {
  const { namedSubjects = false, index = {} } = rules;
  const integrity = new Set(rules.referentialIntegrity);
  const tools = { vault, clock, turns: createTurns() };
  const frequencies = createTokenFrequencies(clock);
  const recordId = (type: string, id: string): string => recordIdOf(vault, type, id);
  const stored = (type: string, id: string): StoredKey => ({ type, recordId: recordId(type, id) });
  const loadKeys = (sql: Sql, rows: readonly RecordRow[]): CompartmentKeys | Promise<CompartmentKeys> => {
    const compartments = new Set<CompartmentId>();
    for (const row of rows) compartments.add(compartmentId(row.type, row.subject_id));
    return vault.loadKeys(sql, compartments);
  };
  const open = async (sql: Sql, rows: readonly RecordRow[]): Promise<readonly OpenRecord[]> => {
    if (rows.length === 0) return [];
    const keys = await loadKeys(sql, rows);
    return rows.map((row) => openRecord(keys, row));
  };
  const withRecordIds = <Query extends Pick<RowQuery, "types" | "ids" | "subjectIds">>(query: Query): Query => ({
    ...query,
    ...(query.ids && { ids: query.types.flatMap((type) => (query.ids ?? []).map((id) => recordId(type, id))) }),
    ...(query.subjectIds && { subjectIds: query.subjectIds.map((id) => recordId("Patient", id)) }),
  });
  const ofRecord = <Query extends Pick<HistoryQuery, "types" | "id">>(query: Query): Query => {
    const [type] = query.types ?? [];
    return query.id === undefined || type === undefined ? query : { ...query, id: recordId(type, query.id) };
  };

  return {
    index,
    recordId,
    findRecord: async (sql, type, id) => await findCurrent(sql, stored(type, id)),
    findRecords: async (sql, keys) =>
      await findCurrents(
        sql,
        keys.map(({ type, id }) => stored(type, id)),
      ),
    findVersion: async (sql, type, id, version) => await findVersion(sql, stored(type, id), version),
    findHistory: async (sql, query) => await findHistory(sql, ofRecord(query)),
    countHistory: async (sql, query) => await countHistory(sql, ofRecord(query)),
    findRows: async (sql, query) => await findRows(sql, withRecordIds(query), frequencies),
    countRows: async (sql, query) => await countRows(sql, withRecordIds(query), frequencies),
    open,
    async findSketches(sql, query) {
      const [type = ""] = query.types;
      const packed = await findCardRows(sql, withRecordIds(query), frequencies);
      if (packed === undefined) return [];
      const found = await openCards((compartments) => vault.loadKeys(sql, compartments), type, packed);
      const bare = found.filter((each) => each instanceof PackedRow);
      if (bare.length === 0) return found as readonly CardSketch[];
      // Versions without a card are opened, by what is current now.
      const keys = bare.map(({ id: recordId }) => ({ type, recordId }));
      const opened = new Map<string, OpenRecord>();
      for (const record of await open(sql, await findCurrents(sql, keys))) opened.set(record.recordId, record);
      return found.flatMap((each) => (each instanceof CardSketch ? each : (opened.get(each.id) ?? [])));
    },
    async openSketches(sql, sketches, more) {
      const closed = sketches.filter((each) => each instanceof CardSketch);
      const others = more.map(({ type, id }) => stored(type, id));
      const rows = await findPacked(sql, [...closed, ...others]);
      const rowOf = ({ type, recordId }: StoredKey): PackedRow | undefined => rows.get(`${type}/${recordId}`);
      if (!closed.every((each) => rowOf(each)?.version === each.version)) return undefined;
      return {
        records: sketches.map((each) => {
          if (!(each instanceof CardSketch)) return each as OpenRecord;
          return openRecord(each.keys, new SketchedRow(each, (rowOf(each) as PackedRow).body), each);
        }),
        more: await open(
          sql,
          others.flatMap((each) => rowOf(each) ?? []),
        ),
      };
    },
    openBytes: async (sql, row) => openRecord(await loadKeys(sql, [row]), row),
    matchConditions,
    prepareWrite: (write) => prepareWrite(vault, write, { namedSubjects, index }),
    async write(writer, writes) {
      if (integrity.size > 0) await checkReferences(writer.sql, writes);
      return await writeRecords(tools, writer, writes);
    },
  };

  /** Throws `invalid-resource` where a reference leads nowhere. */
  async function checkReferences(sql: Sql, writes: readonly PreparedWrite[]): Promise<void> {
    const ours = new Set(writes.filter(({ draft }) => draft).map(({ type, id }) => `${type}/${id}`));
    const wanted = writes.flatMap(({ draft }, entry) =>
      draft === undefined
        ? []
        : [...referencesTo(integrity, draft.resource)].flatMap((reference) => {
            const literal = ours.has(reference) ? undefined : literalReference(reference);
            return literal ? [{ entry, type: draft.resource["resourceType"] as string, key: stored(...literal) }] : [];
          }),
    );
    const heads = await findHeads(
      sql,
      wanted.map(({ key }) => key),
    );
    const there = new Set(heads.filter(({ deleted }) => !deleted).map(({ type, id }) => `${type}/${id}`));
    for (const { entry, type, key } of wanted) {
      if (there.has(`${key.type}/${key.recordId}`)) continue;
      const { code, detail } = invalid([`${type}: reference-not-found`]);
      throw new WardError(code, { ...detail, entry });
    }
  }
}
