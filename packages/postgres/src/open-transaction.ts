/**
 * A transaction on a connection of its own. Its `BEGIN` goes out with its first statement, and its last statements with
 * its `COMMIT`: what a transaction costs is the number of its round trips.
 *
 * INVARIANT: `commit` resolves only after the server said COMMIT. An aborted transaction answers COMMIT with ROLLBACK and
 * no error, so the answer is read, not assumed.
 */
import { assert, type InsertAtCommit, type Transaction, type TransactionHandle } from "@ward/core";
import type pg from "pg";
import type { ConnectionPool } from "./connection-pool.ts";
import { isBreaking, readDriverError, SqlError } from "./sql-error.ts";
import { failedAt, type GroupAnswer, runGroup, type Statement } from "./statement-group.ts";
import type { StatementNames } from "./statement-names.ts";

const BEGIN: Statement = { text: "BEGIN", values: [], name: "ward_begin" };
const COMMIT: Statement = { text: "COMMIT", values: [], name: "ward_commit" };

export class OpenTransaction implements TransactionHandle {
  readonly tx: Transaction;
  readonly #pool: ConnectionPool;
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;
  readonly #actions: (() => void)[] = [];
  readonly #atCommit = new Map<InsertAtCommit, unknown[]>();
  #unsent: Statement[] = [BEGIN];
  /** Settles when the server answered the first group. Nothing else is sent before: it might run outside. */
  #begun: Promise<unknown> | undefined;
  #hasFailed = false;
  #open = true;

  private constructor(pool: ConnectionPool, client: pg.PoolClient, names: StatementNames) {
    this.#pool = pool;
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

  static async on(pool: ConnectionPool, names: StatementNames): Promise<OpenTransaction> {
    return new OpenTransaction(pool, await pool.acquire(), names);
  }

  async commit(): Promise<void> {
    this.#end();
    const inserts = [...this.#atCommit].filter(([, rows]) => rows.length > 0);
    const hasWork = this.#begun !== undefined || this.#unsent.length > 1 || inserts.length > 0;
    if (!hasWork) {
      this.#giveBack(false);
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
    if (this.#begun === undefined) this.#giveBack(false);
    else await this.#rollback();
  }

  #giveBack(isBroken: boolean): void {
    this.#pool.giveBack(this.#client, isBroken);
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
    return (await running).rows.at(-1) ?? [];
  }

  async #run(group: readonly Statement[]): Promise<GroupAnswer> {
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
    let answer;
    try {
      if (this.#hasFailed) throw new SqlError("25P02");
      answer = await runGroup(this.#client, group);
    } catch (error) {
      const read = readDriverError(error);
      if (isBreaking(read)) this.#giveBack(true);
      else await this.#rollback().catch(() => undefined);
      const insert = insertAt(failedAt(error) ?? -1);
      // In a transaction that had failed before, the insert is not what failed.
      if (insert === undefined || !(read instanceof SqlError) || read.code === "25P02") throw read;
      throw insert.failure(read.code);
    }
    this.#giveBack(false);
    if (answer.command !== "COMMIT") throw new SqlError("25P02");
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
      this.#giveBack(broken);
    }
  }
}
