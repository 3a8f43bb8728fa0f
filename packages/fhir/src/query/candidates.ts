/**
 * Candidates by rows, each decrypted and matched again, and asked of the door whether it may be seen: only then it is
 * counted, sorted or paged. INVARIANT: what the door hides or the criteria do not meet leaves no trace in an answer.
 */
import { assert, WardError, type Sql } from "@ward/core";
import type { RecordReader } from "@ward/access";
import type { FlatCriterion } from "../search/contract.ts";
import { judgeOf } from "../search/meets.ts";
import { parameterOf } from "../search/parameters.ts";
import type { OpenRecord, RecordRow, RecordStorage, RowPlace, RowQuery, Sketch } from "../storage/contract.ts";
import { keyOfReference } from "./references.ts";

export interface Scan<Seen extends Sketch = OpenRecord> {
  /** Rows that meet any of the queries; all of one order. */
  readonly queries: readonly Omit<RowQuery, "limit" | "after">[];
  readonly criteria: readonly FlatCriterion[];
  /** What cannot be said in criteria: lying in a compartment. */
  readonly accepts?: ((record: Seen) => boolean) | undefined;
  readonly after?: RowPlace | undefined;
  /** Rows asked for at first; later more, where few of them match. */
  readonly batch: number;
  readonly candidatesMax: number;
  /** Asked once, where there are rows behind the first batch; throws where they are too many to look at. */
  readonly checkRest?: () => Promise<void>;
}

export interface Candidates {
  /**
   * Visits matches in order until `visit` answers false; then a batch that is the last one is still finished. Answers
   * whether all were visited. Throws `too-large` where that takes more than `candidatesMax` rows.
   */
  each(scan: Scan, visit: (record: OpenRecord) => boolean): Promise<boolean>;
  /** As `each`, by cards where there are: of one query and one type, and for criteria that `isOnCard` can answer. */
  eachSketch(scan: Scan<Sketch>, visit: (record: Sketch) => boolean): Promise<boolean>;
  /** Current records by `Type/id` that may be seen, in no order; of types whose act is open. */
  byReference(references: readonly string[]): Promise<readonly OpenRecord[]>;
}

/** Rows that one query fetches at most. */
const BATCH_MAX = 500;
/** Of types that carry files in them, so that their bodies fit into memory. */
const BATCH_MAX_HEAVY = 25;
const HEAVY = new Set(["Binary", "Bundle", "DocumentReference", "Media"]);
/** Rows opened at once: a page that is full early opens few in vain. */
const CHUNK = 64;
/** Bodies of records kept in memory, so that none is opened twice in one search. */
const CACHE_MAX_BYTES = 32 * 1024 * 1024;

/** Opens rows, each version once. */
export interface RecordCache {
  /** In the order of the rows. */
  open(sql: Sql, rows: readonly RecordRow[]): Promise<readonly OpenRecord[]>;
}

export function createRecordCache(storage: RecordStorage): RecordCache {
  const cache = new Map<string, OpenRecord>();
  let cachedBytes = 0;
  return {
    async open(sql, rows) {
      const missing = cache.size === 0 ? rows : rows.filter((row) => !cache.has(keyOf(row)));
      const opened = missing.length === 0 ? [] : await storage.open(sql, missing);
      const isRemembered = cachedBytes <= CACHE_MAX_BYTES;
      const fresh = isRemembered ? cache : new Map(cache);
      missing.forEach((row, at) => {
        cachedBytes += row.body.byteLength;
        fresh.set(keyOf(row), opened[at] as OpenRecord);
      });
      return missing.length === rows.length ? opened : rows.map((row) => fresh.get(keyOf(row)) as OpenRecord);
    },
  };
}

/** `readers`: by type, of acts that are open as long as the candidates are used. */
export function createCandidates(
  storage: RecordStorage,
  cache: RecordCache,
  readers: ReadonlyMap<string, RecordReader>,
): Candidates {
  const [first] = readers.values();
  assert(first, "a search has at least one act");
  const { sql } = first;
  return {
    async each(scan, visit) {
      return await visitBatches(scan, readers, visit, {
        chunk: CHUNK,
        find: (after, limit) => findBatch(storage, sql, scan, after, limit),
        open: (rows) => cache.open(sql, rows),
        placeOf: ({ sequence, last_updated: lastUpdated }) => ({ sequence, lastUpdated }),
      });
    },

    async eachSketch(scan, visit) {
      const [query] = scan.queries;
      assert(query && scan.queries.length === 1, "cards are asked for by one query");
      return await visitBatches(scan, readers, visit, {
        chunk: Infinity,
        async find(after, limit) {
          const rows = await storage.findSketches(sql, { ...query, ...(after === undefined ? {} : { after }), limit });
          return { rows, isLast: rows.length < limit };
        },
        open: async (rows) => rows,
        placeOf: ({ sequence, lastUpdated }) => ({ sequence, lastUpdated }),
      });
    },

    async byReference(references) {
      const keys = references.map(keyOfReference);
      const records: OpenRecord[] = [];
      for (let at = 0; at < keys.length; at += BATCH_MAX) {
        const rows = await storage.findRecords(sql, keys.slice(at, at + BATCH_MAX));
        records.push(...(await cache.open(sql, rows)));
      }
      return records.filter((record) => maySee(readers.get(record.type), record));
    },
  };
}

/** Names the parameters that would narrow the search enough to be answered. */
export function tooManyCandidates(types: readonly string[], limitCandidates: number): WardError {
  const [type = "Resource"] = types;
  const add = ["patient", "subject", "identifier", "code"].filter((name) => parameterOf(type, name) !== undefined);
  return new WardError("too-large", { type, limitCandidates, add: [...add, "_lastUpdated"] });
}

function maySee(reader: RecordReader | undefined, record: Sketch): boolean {
  assert(reader, "rows are asked for of types whose act is open");
  return reader.maySee(record);
}

/** How a scan goes through its rows. */
interface Walk<Row, Seen> {
  /** Rows opened at once. */
  readonly chunk: number;
  readonly find: (after: RowPlace | undefined, limit: number) => Promise<Batch<Row>>;
  readonly open: (rows: readonly Row[]) => Promise<readonly Seen[]>;
  readonly placeOf: (row: Row) => RowPlace;
}

async function visitBatches<Row, Seen extends Sketch>(
  scan: Scan<Seen>,
  readers: ReadonlyMap<string, RecordReader>,
  visit: (record: Seen) => boolean,
  { chunk, find, open, placeOf }: Walk<Row, Seen>,
): Promise<boolean> {
  const { accepts, queries, candidatesMax } = scan;
  const meets = judgeOf(scan.criteria);
  const isMatch = (record: Seen): boolean =>
    meets(record) && (accepts === undefined || accepts(record)) && maySee(readers.get(record.type), record);
  // Among the many types of a compartment they are few.
  const isHeavy = queries.some(({ types }) => types.length <= 5 && types.some((type) => HEAVY.has(type)));
  const batchMax = isHeavy ? BATCH_MAX_HEAVY : BATCH_MAX;
  let { after } = scan;
  let batch = isHeavy ? Math.min(scan.batch, batchMax) : scan.batch;
  let goesOn = true;
  for (let count = 0; ;) {
    const { rows, isLast } = await find(after, batch);
    for (let at = 0; at < rows.length && (goesOn || isLast); at += chunk) {
      for (const record of await open(rows.length <= chunk ? rows : rows.slice(at, at + chunk))) {
        if (!goesOn && !isLast) break;
        if (isMatch(record)) goesOn = visit(record) && goesOn;
      }
    }
    if (isLast) return true;
    if (!goesOn) return false;
    if (count === 0) await scan.checkRest?.();
    count += rows.length;
    if (count > candidatesMax) throw tooManyCandidates(queries[0]?.types ?? [], candidatesMax);
    after = placeOf(rows.at(-1) as Row);
    batch = Math.min(batch * 2, batchMax, candidatesMax + 1 - count);
  }
}

interface Batch<Row> {
  readonly rows: readonly Row[];
  /** There are no rows behind them. */
  readonly isLast: boolean;
}

/** Of several queries, the rows up to where one of them might have more. */
async function findBatch(
  storage: RecordStorage,
  sql: Sql,
  { queries }: Scan,
  after: RowPlace | undefined,
  limit: number,
): Promise<Batch<RecordRow>> {
  const found: (readonly RecordRow[])[] = [];
  for (const query of queries) {
    found.push(await storage.findRows(sql, { ...query, ...(after === undefined ? {} : { after }), limit }));
  }
  const [only = []] = found;
  if (found.length === 1) return { rows: only, isLast: only.length < limit };
  const order = compareRows(queries[0]?.order ?? "newest");
  const distinct = new Map(found.flat().map((row) => [keyOf(row), row]));
  const rows = [...distinct.values()].sort(order);
  const ends = found.filter((each) => each.length >= limit).map((each) => each.at(-1) as RecordRow);
  const end = ends.sort(order)[0];
  return end === undefined
    ? { rows, isLast: true }
    : { rows: rows.filter((row) => order(row, end) <= 0), isLast: false };
}

function compareRows(order: RowQuery["order"]): (a: RecordRow, b: RecordRow) => number {
  const bySequence = (a: RecordRow, b: RecordRow): number =>
    a.sequence === b.sequence ? 0 : a.sequence > b.sequence ? -1 : 1;
  if (order === "newest") return bySequence;
  const sign = order === "lastUpdated" ? 1 : -1;
  return (a, b) => sign * (a.last_updated.getTime() - b.last_updated.getTime()) || bySequence(a, b);
}

function keyOf({ type, id, version }: RecordRow): string {
  return `${type}/${id}/${version}`;
}
