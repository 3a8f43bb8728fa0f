/**
 * Entries read and checked some thousand at a time: the server joins the bodies of a page into one value, so that
 * nothing is paid for each row but its hashes. What is not perfectly in order is left to the slow way, which reads row
 * by row and says what is wrong.
 */
import { hash as digest } from "node:crypto";
import { assert, type Sql } from "@ward/core";
import { HASH_BYTES, TILE_WIDTH } from "../tile.ts";

/** A whole number of tiles. */
export const PAGE_ENTRIES = 16 * TILE_WIDTH;

export interface StoredPage {
  readonly first: number;
  /** How many rows there are, and whether each has the index that follows. */
  readonly entries: number;
  readonly isUnbroken: boolean;
  /**
   * The bodies with newlines between: canonical JSON holds none. In PostgreSQL's `escape` form, which leaves alone what
   * entries are made of, cannot fail whatever somebody put there, and is sent at half the cost of `bytea`.
   */
  readonly bodies: string;
  /** As the rows say. */
  readonly leafHashes: Buffer;
  /** As the rows say, in the form of `columnsIn`. */
  readonly columns: string;
  /** The level-0 tiles that there are, by index. */
  readonly tiles: ReadonlyMap<number, Buffer>;
}

const NEWLINE = 10;
const NOTHING = "\x01";
const BETWEEN_COLUMNS = "\x02";
const BETWEEN_ROWS = "\x03";

export async function readPage(sql: Sql, first: number): Promise<StoredPage> {
  const end = first + PAGE_ENTRIES;
  const [row] = await sql.query<{
    entries: number;
    first: bigint | null;
    last: bigint | null;
    bodies: string | null;
    leaf_hashes: Buffer | null;
    columns: string | null;
  }>(
    `select count(*)::integer as entries, min(index) as first, max(index) as last,
            string_agg(encode(body, 'escape'), chr(10) order by index) as bodies,
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
    bodies: row.bodies ?? "",
    leafHashes: row.leaf_hashes ?? Buffer.of(),
    columns: row.columns ?? "",
    tiles: await readTiles(sql, first, end),
  };
}

export interface PageContents {
  /** 32 bytes for each entry. */
  readonly leaves: Buffer;
  /** The columns that the bodies call for. */
  readonly columns: string;
  /** Entry `at` is bytes[starts[at]] up to bytes[starts[at + 1] - 1]. */
  readonly bytes: Buffer;
  readonly starts: readonly number[];
}

/** Undefined where the bodies are not plain text of so many lines. */
export function readPageContents({ bodies, entries }: StoredPage): PageContents | undefined {
  if (bodies.includes("\\")) return undefined;
  const bytes = Buffer.from(`\n${bodies}\n`, "latin1");
  const leaves = Buffer.allocUnsafe(entries * HASH_BYTES);
  const columns: string[] = [];
  const starts = [1];
  let start = 1;
  for (let entry = 0; entry < entries; entry += 1) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) return undefined;
    // RFC 6962's leaf prefix takes the place of the newline before: no copy for each entry.
    bytes[start - 1] = 0;
    leaves.set(digest("sha256", bytes.subarray(start - 1, end), "buffer"), entry * HASH_BYTES);
    // The text lacks the first newline.
    columns.push(columnsIn(bodies.slice(start - 1, end - 1)));
    start = end + 1;
    starts.push(start);
  }
  return start === bytes.length ? { leaves, columns: columns.join(BETWEEN_ROWS), bytes, starts } : undefined;
}

/**
 * What a canonical body's columns are, found without parsing: a key's name in quotes with its colon stands nowhere else
 * in an entry, since no value holds a quote. Where it is otherwise the columns won't match and the slow way decides.
 */
function columnsIn(body: string): string {
  const [action, principal] = [valueIn(body, '"action":"'), valueIn(body, '"principal":"')];
  const [subject = NOTHING, trace] = [valueIn(body, '"subject":"'), valueIn(body, '"trace":"')];
  return subject + BETWEEN_COLUMNS + principal + BETWEEN_COLUMNS + action + BETWEEN_COLUMNS + trace;
}

function valueIn(body: string, key: string): string | undefined {
  const at = body.indexOf(key);
  return at < 0 ? undefined : body.slice(at + key.length, body.indexOf('"', at + key.length));
}

async function readTiles(sql: Sql, first: number, end: number): Promise<ReadonlyMap<number, Buffer>> {
  const rows = await sql.query<{ index: bigint; hashes: Buffer }>(
    "select index, hashes from ledger.tile where level = 0 and index >= $1 and index < $2",
    [first / TILE_WIDTH, end / TILE_WIDTH],
  );
  return new Map(rows.map(({ index, hashes }) => [Number(index), hashes]));
}
