/**
 * The SQL port over node-postgres. Three pools: short statements and transactions draw from one, transactions held open
 * across an invocation from another, so that a crowd of held ones can never starve the records of refusals; and what
 * many callers share, reads and commits, has lanes of its own, in which nobody waits for a lock.
 */
import { type Database, type Transaction, WardError } from "@ward/core";
import type pg from "pg";
import { type ConnectionTarget, readConnectionTarget } from "./connection-options.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { OpenTransaction } from "./open-transaction.ts";
import { createReadLanes } from "./read-lanes.ts";
import { isBreaking, readDriverError } from "./sql-error.ts";
import { runGroup } from "./statement-group.ts";
import { type StatementNames, statementNames } from "./statement-names.ts";
import { VALUE_TYPES } from "./value-types.ts";

export interface PoolSizes {
  /** Connections for short statements and transactions. */
  readonly short?: number;
  /** Connections for transactions held open across an invocation. */
  readonly held?: number;
  /** Connections that carry the reads of many callers. */
  readonly lanes?: number;
}

export interface PostgresDatabase extends Database {
  /** The short pool, for tools that need the driver. */
  readonly pool: pg.Pool;
  /** Another pool with the driver's own value types, for jobs. The caller ends it. */
  openPool(max: number): pg.Pool;
  /** Lends one connection outside a transaction: for session locks and LISTEN. */
  lend<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Commits of many callers under way at once: while one waits for the disk, the next is made. */
const SHARED_COMMITS = 2;
const SHARED_LOCK_TIMEOUT_MS = 100;
/**
 * What is asked here is asked thousands of times, and is written so that one plan serves all values: few rows, found by
 * an index. The plan may be made while a table is empty, when reading it from end to end is the best, and is kept while
 * the table grows.
 */
const SHARED_PLANS = [
  "plan_cache_mode=force_generic_plan",
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  // Of large tables a plan may want workers: what asks for some costs a millisecond, where there are none too.
  "max_parallel_workers_per_gather=0",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");
/** A node that hangs must not hold row locks for ever; invocations end well before. */
const HELD_IDLE_TIMEOUT_MS = 120_000;
const NO_VALUES: readonly unknown[] = [];

export function connect(target: ConnectionTarget, sizes: PoolSizes = {}): PostgresDatabase {
  const options = readConnectionTarget(target);
  const pool = new ConnectionPool({ ...options, max: sizes.short ?? 10, types: VALUE_TYPES });
  const held = new ConnectionPool({
    ...options,
    max: sizes.held ?? 20,
    types: VALUE_TYPES,
    idle_in_transaction_session_timeout: HELD_IDLE_TIMEOUT_MS,
  });
  const lanes = sizes.lanes ?? 3;
  const shared = new ConnectionPool({
    ...options,
    max: lanes + SHARED_COMMITS,
    types: VALUE_TYPES,
    lock_timeout: SHARED_LOCK_TIMEOUT_MS,
    options: SHARED_PLANS,
  });
  const names = statementNames();
  const read = createReadLanes({
    lanes,
    run: (group) => withClient(shared, (client) => runGroup(client, group)),
  });
  return {
    pool,
    openPool: (max) => new ConnectionPool({ ...options, max }),
    lend: (use) => withClient(pool, use),
    query: <Row>(text: string, values = NO_VALUES) =>
      withClient(pool, (client) => runStatement<Row>(client, names, text, values)),
    read: <Row>(text: string, values = NO_VALUES) =>
      read({ text, values, name: names(text) }) as Promise<readonly Row[]>,
    transaction: async (work) => await runTransaction(await OpenTransaction.on(pool, names), work),
    transactionOfMany: async (work) => await runTransaction(await OpenTransaction.on(shared, names), work),
    begin: () => OpenTransaction.on(held, names),
    async close() {
      await Promise.all([pool.end(), held.end(), shared.end()]);
    },
  };
}

async function runTransaction<T>(handle: OpenTransaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
  let value;
  try {
    value = await work(handle.tx);
  } catch (error) {
    await handle.rollback().catch(() => undefined);
    throw error;
  }
  await handle.commit();
  return value;
}

async function withClient<T>(pool: ConnectionPool, use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = pool.take() ?? (await pool.acquire());
  let broken = false;
  try {
    return await use(client);
  } catch (error) {
    broken = isBreaking(error);
    throw error;
  } finally {
    pool.giveBack(client, broken);
  }
}

async function runStatement<Row>(
  client: pg.PoolClient,
  names: StatementNames,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const name = values.length > 0 ? names(text) : undefined;
  try {
    const { rows } = await runGroup(client, [{ text, values, name }]);
    return (rows[0] ?? []) as readonly Row[];
  } catch (error) {
    throw readDriverError(error);
  }
}

/** Waits until the database answers; for nodes that start before it does. */
export async function waitForDatabase(database: Database, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await database.query("select 1");
      return;
    } catch (error) {
      if (!(error instanceof WardError) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
