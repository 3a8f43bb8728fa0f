/**
 * The SQL port over node-postgres. Three pools: short statements and transactions draw from one, transactions held open
 * across an invocation from another, so that a crowd of held ones can never starve the records of refusals; and what
 * many callers share, reads and commits, has lanes of its own, in which nobody waits for a lock.
 *
 * INVARIANT: `transaction` and `commit` resolve only after the server said COMMIT. An aborted transaction answers
 * COMMIT with ROLLBACK and no error, so the answer is read, not assumed.
 */
import { createHash } from "node:crypto";
import {
  assert,
  type Database,
  type InsertAtCommit,
  type Transaction,
  type TransactionHandle,
  WardError,
} from "@ward/core";
import pg from "pg";
import { type ConnectionTarget, type DriverOptions, readConnectionTarget } from "./connection-options.ts";
import { createReadLanes } from "./read-lanes.ts";
import { receiveRowBytes } from "./row-bytes.ts";
import { readDriverError, SqlError } from "./sql-error.ts";
import { failedAt, runGroup, type Statement, type StatementResult } from "./statement-group.ts";
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

const ACQUIRE_TIMEOUT_MS = 10_000;
/** Commits of many callers under way at once: while one waits for the disk, the next is made. */
const SHARED_COMMITS = 2;
const SHARED_LOCK_TIMEOUT_MS = 100;
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
  const lanes = sizes.lanes ?? 3;
  const shared = makePool(options, {
    max: lanes + SHARED_COMMITS,
    types: VALUE_TYPES,
    lock_timeout: SHARED_LOCK_TIMEOUT_MS,
    // What is asked here is asked thousands of times, and is written so that one plan serves all values.
    options: "-c plan_cache_mode=force_generic_plan",
  });
  const names = statementNames();
  const read = createReadLanes({
    lanes,
    run: async (group) => await withClient(shared, async (client) => await runGroup(client, group)),
  });
  return {
    pool,
    openPool: (max) => makePool(options, { max }),
    lend: async (use) => await withClient(pool, use),
    async query<Row>(text: string, values: readonly unknown[] = []) {
      return await withClient(pool, async (client) => await runStatement<Row>(client, names, text, values));
    },
    async read<Row>(text: string, values: readonly unknown[] = []) {
      try {
        return (await read({ text, values, name: names(text) })).rows as readonly Row[];
      } catch (error) {
        throw readDriverError(error);
      }
    },
    transaction: async (work) => await runTransaction(new OpenTransaction(await acquire(pool), names), work),
    transactionOfMany: async (work) => await runTransaction(new OpenTransaction(await acquire(shared), names), work),
    begin: async () => new OpenTransaction(await acquire(held), names),
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

class RowBytesClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    receiveRowBytes(this);
  }
}

function makePool(options: DriverOptions, settings: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    ...options,
    application_name: "ward",
    connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    Client: RowBytesClient,
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
function isBreaking(thrown: unknown): boolean {
  const error = readDriverError(thrown);
  return !(error instanceof SqlError) || error.code === "driver";
}

type StatementNames = (text: string) => string | undefined;

async function runStatement<Row>(
  client: pg.PoolClient,
  names: StatementNames,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const name = values.length > 0 ? names(text) : undefined;
  try {
    const [result] = await runGroup(client, [{ text, values, name }]);
    return (result?.rows ?? []) as readonly Row[];
  } catch (error) {
    throw readDriverError(error);
  }
}

const BEGIN: Statement = { text: "BEGIN", values: [], name: "ward_begin" };
const COMMIT: Statement = { text: "COMMIT", values: [], name: "ward_commit" };

/**
 * A transaction whose `BEGIN` goes out with its first statement, and whose last statements with its `COMMIT`: what a
 * transaction costs is the number of its round trips.
 */
class OpenTransaction implements TransactionHandle {
  readonly tx: Transaction;
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;
  readonly #actions: (() => void)[] = [];
  readonly #atCommit = new Map<InsertAtCommit, unknown[]>();
  #unsent: Statement[] = [BEGIN];
  /** Settles when the server answered the first group. Nothing else is sent before: it might run outside. */
  #begun: Promise<unknown> | undefined;
  #hasFailed = false;
  #open = true;

  constructor(client: pg.PoolClient, names: StatementNames) {
    this.#client = client;
    this.#names = names;
    const checkOpen = () => assert(this.#open, "a transaction is used only inside the callback that lent it");
    this.tx = {
      inTransaction: true,
      query: async <Row>(text: string, values: readonly unknown[] = []) => {
        checkOpen();
        return (await this.#query(text, values)) as readonly Row[];
      },
      send: (text, values = []) => {
        checkOpen();
        this.#unsent.push({ text, values, name: names(text) });
      },
      insertAtCommit: (insert, rows) => {
        checkOpen();
        const collected = this.#atCommit.get(insert);
        if (collected === undefined) this.#atCommit.set(insert, [...rows]);
        else collected.push(...rows);
      },
      onCommit: (action) => {
        checkOpen();
        this.#actions.push(action);
      },
    };
  }

  async commit(): Promise<void> {
    this.#end();
    const inserts = [...this.#atCommit].filter(([, rows]) => rows.length > 0);
    const hasWork = this.#begun !== undefined || this.#unsent.length > 1 || inserts.length > 0;
    if (!hasWork) {
      this.#client.release();
    } else {
      const last = inserts.map(([{ text, values }, rows]): Statement => ({
        text,
        values: values?.(rows) ?? [rows],
        name: this.#names(text),
      }));
      await this.#commit([...this.#unsent, ...last, COMMIT], (at) => inserts[at - this.#unsent.length]?.[0]);
    }
    for (const action of this.#actions) action();
  }

  async rollback(): Promise<void> {
    this.#end();
    if (this.#begun === undefined) this.#client.release();
    else await this.#rollback();
  }

  #end(): void {
    assert(this.#open, "a transaction ends once");
    this.#open = false;
  }

  async #query(text: string, values: readonly unknown[]): Promise<readonly unknown[]> {
    const group = [...this.#unsent, { text, values, name: values.length > 0 ? this.#names(text) : undefined }];
    this.#unsent = [];
    if (this.#begun !== undefined) await this.#begun;
    const running = this.#run(group);
    this.#begun ??= running.catch(() => undefined);
    return (await running).at(-1)?.rows ?? [];
  }

  async #run(group: readonly Statement[]): Promise<readonly StatementResult[]> {
    // After a failed BEGIN the server would run the next group on its own and make it durable.
    if (this.#hasFailed) throw new SqlError("25P02");
    try {
      return await runGroup(this.#client, group);
    } catch (error) {
      if (group[0] === BEGIN && failedAt(error) === 0) this.#hasFailed = true;
      throw readDriverError(error);
    }
  }

  async #commit(group: readonly Statement[], insertAt: (place: number) => InsertAtCommit | undefined): Promise<void> {
    await this.#begun;
    let results;
    try {
      if (this.#hasFailed) throw new SqlError("25P02");
      results = await runGroup(this.#client, group);
    } catch (error) {
      const read = readDriverError(error);
      if (isBreaking(read)) this.#client.release(true);
      else await this.#rollback().catch(() => undefined);
      const insert = insertAt(failedAt(error) ?? -1);
      // In a transaction that had failed before, the insert is not what failed.
      if (insert === undefined || !(read instanceof SqlError) || read.code === "25P02") throw read;
      throw insert.failure(read.code);
    }
    this.#client.release();
    if (results.at(-1)?.command !== "COMMIT") throw new SqlError("25P02");
  }

  async #rollback(): Promise<void> {
    let broken = true;
    try {
      await this.#begun;
      const answer = await this.#client.query("ROLLBACK");
      broken = false;
      if (answer.command !== "ROLLBACK") throw new SqlError("25P02");
    } catch (error) {
      throw readDriverError(error);
    } finally {
      this.#client.release(broken);
    }
  }
}

const NAMED_AFTER = 3;
const NAMES_MAX = 400;

/**
 * A statement seen a few times gets a stable name, so that each connection parses and plans it once. Bounded, because
 * every name lives on every connection until it closes: texts that are built for one occasion stay unnamed.
 */
function statementNames(): StatementNames {
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
