/**
 * A session's own transaction. Most sessions need none: they read, and what they write can wait for the commit. Such a
 * session reads on connections that it shares (`Database.read`), and its rows go into the tables in one commit with those
 * of other sessions (`shared-commits.ts`, docs/decisions/0031-shared-transactions.md). The first statement that locks,
 * writes at once, or must see what the session wrote, opens a transaction that is the session's alone, and what it wrote
 * before goes in there first.
 *
 * INVARIANT: what a session reads is what others committed and what it wrote itself, and nothing else.
 */
import { type Database, type InsertAtCommit, type Sql, type Transaction } from "@ward/core";
import { createSharedCommits, type Commit, type Insert } from "./shared-commits.ts";
import { withAdded, type ShortList } from "./short-list.ts";

export interface UnitOfWork {
  /** For selects of the session's acts. */
  readonly sql: Sql;
  readonly tx: Transaction;
  /** For the entries of the acts, which nobody in the session reads. */
  readonly entries: Transaction;
  /** No transaction of its own is open, nor bound to be. */
  isShared(): boolean;
  /** Resolves when everything is durable. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/**
 * At most `max` sessions hold a transaction at once. Refusals and failures are recorded on another connection while a
 * session holds its own; if sessions could take all connections, each would wait for one that none gives back.
 */
export function createUnitsOfWork(database: Database, max: number): { open(): UnitOfWork } {
  const gate = createGate(max);
  const commitTogether = createSharedCommits({
    transactionOfMany: async (work) => await database.transactionOfMany(work),
    transaction: async (work) => await gate(() => database.transaction(work)),
  });
  const tools: UnitTools = { database, gate, commitTogether };
  return { open: () => new OpenUnit(tools) };
}

interface UnitTools {
  readonly database: Database;
  readonly gate: Gate;
  readonly commitTogether: (commit: Commit) => Promise<void>;
}

const NONE: readonly never[] = [];

/** Most sessions read and end: what others need besides is made when it is asked for. */
class OpenUnit implements UnitOfWork {
  readonly sql: Sql;
  readonly entries: Transaction;
  /** What the acts wrote and sent before a transaction was there. */
  written: ShortList<Insert>;
  sent: ShortList<readonly [text: string, values: readonly unknown[] | undefined]>;
  recorded: ShortList<Insert>;
  actions: ShortList<() => void>;
  readonly #tools: UnitTools;
  #tx: Transaction | undefined;
  #own: OwnTransaction | undefined;

  constructor(tools: UnitTools) {
    this.#tools = tools;
    this.sql = new UnitSql(this, tools.database);
    this.entries = new UnitTransaction(this, "recorded");
  }

  get tx(): Transaction {
    return (this.#tx ??= new UnitTransaction(this, "written"));
  }

  isShared(): boolean {
    return this.#own === undefined && this.sent === undefined;
  }

  async own(): Promise<Transaction> {
    this.#own ??= openOwnTransaction(this.#tools);
    const tx = await this.#own.tx;
    const { sent = NONE, written = NONE } = this;
    this.sent = undefined;
    this.written = undefined;
    for (const [text, values] of sent) tx.send(text, values);
    for (const [insert, rows] of written) await insertNow(tx, insert, rows);
    return tx;
  }

  commit(): Promise<void> {
    const { written, recorded = NONE, actions = NONE } = this;
    const inserts = written === undefined ? recorded : [...written, ...recorded];
    return this.isShared() ? this.#tools.commitTogether({ inserts, actions }) : this.#commitOwn({ inserts, actions });
  }

  async #commitOwn({ inserts, actions }: Commit): Promise<void> {
    this.#own ??= openOwnTransaction(this.#tools);
    const last = await this.#own.tx;
    for (const [text, values] of this.sent ?? NONE) last.send(text, values);
    for (const [insert, rows] of inserts) last.insertAtCommit(insert, rows);
    await this.#own.commit();
    for (const action of actions) action();
  }

  async rollback(): Promise<void> {
    await this.#own?.rollback();
  }
}

class UnitSql implements Sql {
  readonly #unit: OpenUnit;
  readonly #database: Database;

  constructor(unit: OpenUnit, database: Database) {
    this.#unit = unit;
    this.#database = database;
  }

  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    const isShared = this.#unit.isShared() && this.#unit.written === undefined;
    return isShared ? this.#database.read<Row>(text, values) : this.#unit.tx.query<Row>(text, values);
  }
}

class UnitTransaction implements Transaction {
  readonly inTransaction = true;
  readonly #unit: OpenUnit;
  readonly #list: "written" | "recorded";

  constructor(unit: OpenUnit, list: "written" | "recorded") {
    this.#unit = unit;
    this.#list = list;
  }

  async query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    return await (await this.#unit.own()).query<Row>(text, values);
  }

  send(text: string, values?: readonly unknown[]): void {
    this.#unit.sent = withAdded(this.#unit.sent, [text, values] as const);
  }

  insertAtCommit(insert: InsertAtCommit, rows: readonly unknown[]): void {
    this.#unit[this.#list] = withAdded(this.#unit[this.#list], [insert, rows] as const);
  }

  onCommit(action: () => void): void {
    this.#unit.actions = withAdded(this.#unit.actions, action);
  }
}

async function insertNow(tx: Transaction, insert: InsertAtCommit, rows: readonly unknown[]): Promise<void> {
  try {
    await tx.query(insert.text, insert.values?.(rows) ?? [rows]);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    throw typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? insert.failure(code) : error;
  }
}

interface OwnTransaction {
  readonly tx: Promise<Transaction>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** `Database.transaction`, ended by the session. */
function openOwnTransaction({ database, gate }: UnitTools): OwnTransaction {
  let end: { readonly resolve: () => void; readonly reject: (why: unknown) => void } | undefined;
  let done: Promise<void> | undefined;
  const tx = new Promise<Transaction>((lend, fail) => {
    done = gate(() =>
      database.transaction((opened) => {
        const ended = new Promise<void>((resolve, reject) => (end = { resolve, reject }));
        lend(opened);
        return ended;
      }),
    );
    done.catch(fail);
  });
  return {
    tx,
    async commit(): Promise<void> {
      end?.resolve();
      await done;
    },
    async rollback(): Promise<void> {
      end?.reject(new Error("rolled back"));
      // Whatever the driver says: what did not commit did not happen.
      await done?.catch(() => undefined);
    },
  };
}

type Gate = <T>(work: () => Promise<T>) => Promise<T>;

function createGate(max: number): Gate {
  let free = max;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
