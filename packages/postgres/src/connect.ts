/**
 * The SQL port over node-postgres. Two pools: short statements and transactions draw from one, transactions held open
 * across an invocation from another, so that a crowd of held ones can never starve the records of refusals.
 *
 * INVARIANT: `transaction` and `commit` resolve only after the server said COMMIT. An aborted transaction answers
 * COMMIT with ROLLBACK and no error, so the answer is read, not assumed.
 */
import { createHash } from "node:crypto";
import { assert, type Database, type Transaction, type TransactionHandle, WardError } from "@ward/core";
import pg from "pg";
import { type ConnectionTarget, type DriverOptions, readConnectionTarget } from "./connection-options.ts";
import { readDriverError, SqlError } from "./sql-error.ts";
import { VALUE_TYPES } from "./value-types.ts";

export interface PoolSizes {
  /** Connections for short statements and transactions. */
  readonly short?: number;
  /** Connections for transactions held open across an invocation. */
  readonly held?: number;
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

const ACQUIRE_TIMEOUT_MS = 10_000;
/** A node that hangs must not hold row locks for ever; invocations end well before. */
const HELD_IDLE_TIMEOUT_MS = 120_000;

export function connect(target: ConnectionTarget, sizes: PoolSizes = {}): PostgresDatabase {
  const options = readConnectionTarget(target);
  const pool = makePool(options, { max: sizes.short ?? 10, types: VALUE_TYPES });
  const held = makePool(options, {
    max: sizes.held ?? 20,
    types: VALUE_TYPES,
    idle_in_transaction_session_timeout: HELD_IDLE_TIMEOUT_MS,
  });
  const names = statementNames();
  return {
    pool,
    openPool: (max) => makePool(options, { max }),
    lend: async (use) => await withClient(pool, use),
    async query<Row>(text: string, values: readonly unknown[] = []) {
      return await withClient(pool, async (client) => await runStatement<Row>(client, names, text, values));
    },
    async transaction(work) {
      const handle = await openTransaction(pool, names);
      let value;
      try {
        value = await work(handle.tx);
      } catch (error) {
        await handle.rollback().catch(() => undefined);
        throw error;
      }
      await handle.commit();
      return value;
    },
    begin: async () => await openTransaction(held, names),
    async close() {
      await Promise.all([pool.end(), held.end()]);
    },
  };
}

function makePool(options: DriverOptions, settings: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    ...options,
    application_name: "ward",
    connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    ...settings,
  });
  // Without these listeners a connection that breaks while nobody uses it would end the process. The pool drops it.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

async function acquire(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw readDriverError(error);
  }
}

async function withClient<T>(pool: pg.Pool, use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await acquire(pool);
  let broken = false;
  try {
    return await use(client);
  } catch (error) {
    broken = isBreaking(error);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** After these nothing is known of the connection's state: it is closed, not reused. */
function isBreaking(error: unknown): boolean {
  return !(error instanceof SqlError) || error.code === "driver";
}

async function runStatement<Row>(
  client: pg.PoolClient,
  names: (text: string) => string | undefined,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const name = values.length > 0 ? names(text) : undefined;
  try {
    const result = await client.query({ text, values: [...values], ...(name ? { name } : {}) });
    return result.rows as Row[];
  } catch (error) {
    throw readDriverError(error);
  }
}

async function openTransaction(pool: pg.Pool, names: (text: string) => string | undefined): Promise<TransactionHandle> {
  const client = await acquire(pool);
  let open = true;
  const actions: (() => void)[] = [];
  const tx: Transaction = {
    inTransaction: true,
    async query<Row>(text: string, values: readonly unknown[] = []) {
      assert(open, "a transaction is used only inside the callback that lent it");
      return await runStatement<Row>(client, names, text, values);
    },
    onCommit(action) {
      assert(open, "a transaction is used only inside the callback that lent it");
      actions.push(action);
    },
  };
  const end = async (command: "COMMIT" | "ROLLBACK"): Promise<void> => {
    assert(open, "a transaction ends once");
    open = false;
    let broken = true;
    try {
      const answer = await client.query(command);
      broken = false;
      if (answer.command !== command) throw new SqlError("25P02");
    } catch (error) {
      throw readDriverError(error);
    } finally {
      client.release(broken);
    }
  };
  try {
    await client.query("BEGIN");
  } catch (error) {
    client.release(true);
    throw readDriverError(error);
  }
  return {
    tx,
    async commit() {
      await end("COMMIT");
      for (const action of actions) action();
    },
    rollback: async () => await end("ROLLBACK"),
  };
}

const NAMED_AFTER = 3;
const NAMES_MAX = 400;

/**
 * A statement seen a few times gets a stable name, so that each connection parses and plans it once. Bounded, because
 * every name lives on every connection until it closes: texts that are built for one occasion stay unnamed.
 */
function statementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  let counts = new Map<string, number>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size >= NAMES_MAX) return name;
    const count = (counts.get(text) ?? 0) + 1;
    if (counts.size > NAMES_MAX) counts = new Map();
    counts.set(text, count);
    if (count < NAMED_AFTER) return undefined;
    counts.delete(text);
    const made = `ward_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
    names.set(text, made);
    return made;
  };
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
