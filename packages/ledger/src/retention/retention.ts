/**
 * Retention of the log (45 CFR 164.316(b)(2)(i): six years; Ward keeps seven) and legal holds. Pruning takes away the
 * oldest entries by the rules of C2SP tlog-tiles: a tile or bundle goes when all of it lies below the minimum index, so
 * that every later entry can still be proven, and everything older is refused.
 *
 * INVARIANT: the minimum index rises with an entry that says so, in one transaction; only what lies below a committed
 * minimum is ever removed. It never reaches an entry that is younger than the retention, held, not published, or not
 * yet sent to a live feed.
 */
import { assert, type AuditEntry, type Clock, type Database, type Sql, type Transaction, WardError } from "@ward/core";
import type { Ledger } from "../contract.ts";
import { pruneStore } from "../publication/prune-store.ts";
import type { LedgerStore } from "../publication/ledger-store.ts";
import { lockLog } from "../sequencer.ts";
import { TILE_WIDTH } from "../tile.ts";
import { pruneItem, readMinimumIndex } from "./minimum-index.ts";

/** HIPAA's six and one. */
export const RETENTION_YEARS = 7;

export interface Hold {
  /** A case number; MUST NOT name a patient. */
  readonly name: string;
  /** Entries from this index on are held. */
  readonly first: number;
  readonly placedAt: Date;
}

export interface Pruning {
  /** Entries below it are gone. */
  readonly minimum: number;
  /** How many went by this call. */
  readonly pruned: number;
  /** Why no more went: the youngest limit. */
  readonly limit: "retention" | "hold" | "publication" | "feed";
}

export interface Retention {
  /** `since`: the first moment that matters to the case; everything where absent. */
  hold(name: string, since?: Date): Promise<void>;
  /** False where there is no such hold. */
  release(name: string): Promise<boolean>;
  holds(): Promise<readonly Hold[]>;
  /** `isTrial`: only says what would go. */
  prune(options?: { readonly years?: number; readonly isTrial?: boolean }): Promise<Pruning>;
}

export interface RetentionParts {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly store: LedgerStore;
  /** What is common to the entries that this leaves: who acts, and in which trace. */
  readonly entry: () => Omit<AuditEntry, "action" | "item" | "time">;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** An entry waits for its place, and clocks of two nodes may differ: nobody is so late. */
const SLACK_MS = 15 * 60_000;
const AT_ONCE = 16_384;
/** A feed that moved in this time is in use. */
const FEED_DAYS = 30;

export function openRetention(parts: RetentionParts): Retention {
  const { database, clock } = parts;
  return {
    async hold(name, since) {
      if (!NAME.test(name)) throw new WardError("invalid-request", { parameter: "name" });
      await database.transaction(async (tx) => {
        await lockLog(tx);
        const first = Math.max(await indexAt(tx, since), await readMinimumIndex(tx));
        const [made] = await tx.query(
          `insert into ledger.hold (name, first_index, placed_at) values ($1, $2, $3)
           on conflict (name) do nothing returning name`,
          [name, first, clock.now().toISOString()],
        );
        if (made === undefined) throw new WardError("invalid-request", { parameter: "name", reason: "exists" });
        await record(parts, tx, `hold/${name}`);
      });
    },
    async release(name) {
      return await database.transaction(async (tx) => {
        const [gone] = await tx.query("delete from ledger.hold where name = $1 returning name", [name]);
        if (gone !== undefined) await record(parts, tx, `release/${name}`);
        return gone !== undefined;
      });
    },
    async holds() {
      const rows = await database.query<{ name: string; first_index: bigint; placed_at: Date }>(
        "select name, first_index, placed_at from ledger.hold order by placed_at, name",
      );
      return rows.map((row) => ({ name: row.name, first: Number(row.first_index), placedAt: row.placed_at }));
    },
    async prune({ years = RETENTION_YEARS, isTrial = false } = {}) {
      if (!Number.isInteger(years) || years < RETENTION_YEARS)
        throw new WardError("invalid-request", { parameter: "years" });
      const pruning = await raiseMinimum(parts, years, isTrial);
      // Also what an earlier call that was killed left behind.
      if (!isTrial) await removePruned(parts, pruning.minimum);
      return pruning;
    },
  };
}

async function raiseMinimum(parts: RetentionParts, years: number, isTrial: boolean): Promise<Pruning> {
  return await parts.database.transaction(async (tx) => {
    // With the sequencer's lock: no hold is placed and no entry is numbered meanwhile.
    await lockLog(tx);
    const before = await readMinimumIndex(tx);
    const until = parts.clock.now();
    until.setUTCFullYear(until.getUTCFullYear() - years);
    const [limits] = await tx.query<{ hold: bigint | null; publication: bigint | null; feed: bigint | null }>(
      `select (select min(first_index) from ledger.hold) as hold,
              coalesce((select size from ledger.publication where place = $1), 0) as publication,
              (select min(next_index) from ledger.feed where updated_at > now() - make_interval(days => ${FEED_DAYS})) as feed`,
      [parts.store.place],
    );
    const candidates = [
      { limit: "retention", index: await firstYoung(tx, before, until) },
      { limit: "hold", index: Number(limits?.hold ?? Infinity) },
      { limit: "publication", index: Number(limits?.publication ?? 0) },
      { limit: "feed", index: Number(limits?.feed ?? Infinity) },
    ] as const;
    const least = candidates.reduce((one, other) => (other.index < one.index ? other : one));
    const minimum = Math.max(before, least.index - (least.index % TILE_WIDTH));
    if (minimum > before && !isTrial) {
      await tx.query("update ledger.pruning set minimum = $1", [minimum]);
      await record(parts, tx, pruneItem(minimum));
    }
    return { minimum, pruned: minimum - before, limit: least.limit };
  });
}

/** The first entry that the retention still covers; by its checkpoint and by its own time, whichever comes first. */
async function firstYoung(tx: Sql, from: number, until: Date): Promise<number> {
  const [row] = await tx.query<{ size: bigint }>(
    "select size from ledger.checkpoint where created_at < $1 order by size desc limit 1",
    [new Date(until.getTime() - SLACK_MS).toISOString()],
  );
  const old = Number(row?.size ?? 0n);
  const [young] = await tx.query<{ index: bigint | null }>(
    // `time` stands before `trace`, both of one length, at the end of the canonical form.
    `select min(index) as index from ledger.entry
      where index >= $1 and index < $2 and encode(substring(body from length(body) - 68 for 24), 'escape') >= $3`,
    [from, old, until.toISOString()],
  );
  return young?.index === null || young === undefined ? old : Number(young.index);
}

/** Of the first entry that may have this time. */
async function indexAt(tx: Sql, since: Date | undefined): Promise<number> {
  if (since === undefined) return 0;
  const [row] = await tx.query<{ size: bigint }>(
    "select size from ledger.checkpoint where created_at < $1 order by size desc limit 1",
    [new Date(since.getTime() - SLACK_MS).toISOString()],
  );
  return Number(row?.size ?? 0n);
}

/** Safe to repeat: everything here lies below a committed minimum. */
async function removePruned({ database, store }: RetentionParts, minimum: number): Promise<void> {
  if (minimum === 0) return;
  for (let gone = AT_ONCE; gone === AT_ONCE;) {
    gone = await database.transaction(async (tx) => {
      await tx.query("select set_config('ledger.pruning', 'on', true), set_config('ledger.thinning', 'on', true)");
      const rows = await tx.query(
        `delete from ledger.entry where index in (
           select index from ledger.entry where index < $1 order by index limit ${AT_ONCE}) returning 1`,
        [minimum],
      );
      return rows.length;
    });
  }
  await database.transaction(async (tx) => {
    await tx.query("select set_config('ledger.thinning', 'on', true)");
    await tx.query("delete from ledger.checkpoint where size < $1", [minimum]);
    await tx.query("delete from ledger.cosignature where size < $1", [minimum]);
    // Only what ends at the minimum or before: the others hold hashes that later proofs need.
    await tx.query("delete from ledger.tile where (index + 1)::numeric * power(256::numeric, level + 1) <= $1", [
      minimum,
    ]);
  });
  await pruneStore(store, minimum);
}

async function record({ ledger, clock, entry }: RetentionParts, tx: Transaction, item: string): Promise<void> {
  assert(item.length <= 128, "an entry holds the item");
  await ledger.append(tx, [{ ...entry(), time: clock.now().toISOString(), action: "ledger.retention", item }]);
}
