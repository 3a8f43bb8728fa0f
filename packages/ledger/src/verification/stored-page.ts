/**
 * Entries read and checked some thousand at a time: the server joins the bodies of a page into one value, so that
 * nothing is paid for each row but its hashes. What is not perfectly in order is left to the slow way, which reads row
 * by row and says what is wrong.
 */
import { assert, type Sql } from "@ward/core";
import { type BodyRun, JOINED_BODIES, leafAt, splitBodies } from "../stored-bodies.ts";
import { HASH_BYTES, TILE_WIDTH } from "../tile.ts";

/** A whole number of tiles. */
export const PAGE_ENTRIES = 16 * TILE_WIDTH;

export interface StoredPage {
  readonly first: number;
  /** How many rows there are, and whether each has the index that follows. */
  readonly entries: number;
  readonly isUnbroken: boolean;
  /** As `splitBodies` takes them. */
  readonly bodies: Buffer | null;
  /** As the rows say. */
  readonly leafHashes: Buffer;
  /** As the rows say, in the form of `columnsIn`. */
  readonly columns: string;
  /** The level-0 tiles that there are, by index. */
  readonly tiles: ReadonlyMap<number, Buffer>;
}

const NOTHING = "\x01";
const BETWEEN_COLUMNS = "\x02";
const BETWEEN_ROWS = "\x03";

export async function readPage(sql: Sql, first: number): Promise<StoredPage> {
  const end = first + PAGE_ENTRIES;
  const [row] = await sql.query<{
    entries: number;
    first: bigint | null;
    last: bigint | null;
    bodies: Buffer | null;
    leaf_hashes: Buffer | null;
    columns: string | null;
  }>(
    `select count(*)::integer as entries, min(index) as first, max(index) as last,
            ${JOINED_BODIES} as bodies,
            string_agg(leaf_hash, ''::bytea order by index) as leaf_hashes,
            string_agg(coalesce(subject, chr(1)) || chr(2) || principal || chr(2) || action || chr(2) || trace,
                       chr(3) order by index) as columns
       from ledger.entry where index >= $1 and index < $2`,
    [first, end],
  );
  assert(row, "an aggregate answers one row");
  const { entries } = row;
  return {
    first,
    entries,
    isUnbroken: entries > 0 && Number(row.first) === first && Number(row.last) === first + entries - 1,
    bodies: row.bodies,
    leafHashes: row.leaf_hashes ?? Buffer.of(),
    columns: row.columns ?? "",
    tiles: await readTiles(sql, first, end),
  };
}

export interface PageContents extends BodyRun {
  /** 32 bytes for each entry. */
  readonly leaves: Buffer;
  /** The columns that the bodies call for. */
  readonly columns: string;
}

/** Undefined where the bodies are not so many lines. */
export function readPageContents({ bodies, entries }: StoredPage): PageContents | undefined {
  const run = splitBodies(bodies, entries);
  if (run === undefined) return undefined;
  const text = run.bytes.toString("latin1");
  const leaves = Buffer.allocUnsafe(entries * HASH_BYTES);
  const columns: string[] = [];
  for (let entry = 0; entry < entries; entry += 1) {
    leaves.set(leafAt(run, entry), entry * HASH_BYTES);
    const [start = 0, next = 0] = [run.starts[entry], run.starts[entry + 1]];
    columns.push(columnsIn(text, start, next - 1));
  }
  return { ...run, leaves, columns: columns.join(BETWEEN_ROWS) };
}

/**
 * What a canonical body's columns are, found without parsing: members are sorted, so `action` is the first, `trace` the
 * last and `time` before it, both of one length, and `subject` before that. No value holds a quote. Where a body is of
 * another form the columns won't match and the slow way decides.
 */
function columnsIn(bodies: string, start: number, end: number): string {
  const actionEnd = bodies.indexOf('"', start + ACTION.length);
  const action = bodies.startsWith(ACTION, start) ? bodies.slice(start + ACTION.length, actionEnd) : "";
  const principalStart = bodies.indexOf(PRINCIPAL, actionEnd) + PRINCIPAL.length;
  const principal = bodies.slice(principalStart, bodies.indexOf('"', principalStart));
  const trace = bodies.startsWith(TRACE, end - TRACE_FROM_END) ? bodies.slice(end - 34, end - 2) : "";
  const isAboutSubject = bodies.startsWith(SUBJECT, end - SUBJECT_FROM_END);
  const subjectStart = end - SUBJECT_FROM_END + SUBJECT.length;
  const subject = isAboutSubject ? bodies.slice(subjectStart, subjectStart + 22) : NOTHING;
  return subject + BETWEEN_COLUMNS + principal + BETWEEN_COLUMNS + action + BETWEEN_COLUMNS + trace;
}

const ACTION = '{"action":"';
const PRINCIPAL = '"principal":"';
const SUBJECT = '"subject":"';
const TRACE = '"trace":"';
const TRACE_FROM_END = `${TRACE}${"0".repeat(32)}"}`.length;
const SUBJECT_FROM_END = `${SUBJECT}${"0".repeat(22)}","time":"0000-00-00T00:00:00.000Z",`.length + TRACE_FROM_END;

async function readTiles(sql: Sql, first: number, end: number): Promise<ReadonlyMap<number, Buffer>> {
  const rows = await sql.query<{ index: bigint; hashes: Buffer }>(
    "select index, hashes from ledger.tile where level = 0 and index >= $1 and index < $2",
    [first / TILE_WIDTH, end / TILE_WIDTH],
  );
  return new Map(rows.map(({ index, hashes }) => [Number(index), hashes]));
}
