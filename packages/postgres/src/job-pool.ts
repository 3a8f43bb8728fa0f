/**
 * The connections of graphile-worker. It says how a job ended without awaiting the answer, so that a database which
 * dies just then would end the process with a rejection that nobody handles; and where it could not ask for a job while
 * it stops, it writes a trace with the database's words to stderr. Here such failures go to who can mend them instead:
 * the database may hold a job locked that nobody runs, and must free it.
 */
import type pg from "pg";

/** graphile-worker's names for the statements that give out jobs and end them. */
const ABOUT_LOCKS = /^(get|complete|fail)_jobs?(_q)?\//;

/** `onLost`: whether the database did what it was told about a job is not known. */
export function tellLostTouch(pool: pg.Pool, onLost: () => void): pg.Pool {
  const connect = pool.connect.bind(pool);
  const connectLater = (callback?: Parameters<typeof connect>[0]): unknown =>
    callback === undefined ? Promise.resolve(connectWithFirstStatement(connect, onLost)) : connect(callback);
  pool.connect = connectLater as typeof pool.connect;
  return pool;
}

/** Only a statement tells whether its failure may be thrown, so that connecting waits for the first one. */
function connectWithFirstStatement(
  connect: () => Promise<pg.PoolClient>,
  onLost: () => void,
): Pick<pg.PoolClient, "release"> & { query(...statement: unknown[]): Promise<unknown> } {
  let client: Promise<pg.PoolClient> | undefined;
  return {
    async query(...statement) {
      try {
        client ??= connect();
        return await (await client).query(...(statement as [string]));
      } catch (error) {
        if (!ABOUT_LOCKS.test((statement[0] as { name?: string }).name ?? "")) throw error;
        onLost();
        return { rows: [], rowCount: 0 };
      }
    },
    release: (broken) => void client?.then((made) => made.release(broken)).catch(() => undefined),
  };
}
