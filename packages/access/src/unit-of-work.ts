/** A session's own transaction: opened by the first act that is permitted, so that a refused caller costs none. */
import type { Database, Transaction } from "@ward/core";

export interface UnitOfWork {
  transaction(): Promise<Transaction>;
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
  return {
    open() {
      let end: { resolve: () => void; reject: (why: unknown) => void } | undefined;
      let done: Promise<void> | undefined;
      let lent: Promise<Transaction> | undefined;
      return {
        transaction() {
          lent ??= new Promise((lend, fail) => {
            done = gate(() =>
              database.transaction((tx) => {
                const ended = new Promise<void>((resolve, reject) => (end = { resolve, reject }));
                lend(tx);
                return ended;
              }),
            );
            done.catch(fail);
          });
          return lent;
        },
        async commit() {
          end?.resolve();
          await done;
        },
        async rollback() {
          end?.reject(new Error("rolled back"));
          // Whatever the driver says: what did not commit did not happen.
          await done?.catch(() => undefined);
        },
      };
    },
  };
}

function createGate(max: number): <T>(work: () => Promise<T>) => Promise<T> {
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
