/**
 * The connections of graphile-worker. It says how a job ended without awaiting the answer, so that a database which
 * dies just then would end the process with a rejection that nobody handles. Here such a failure goes to who can mend
 * it: the job is still locked, and must be freed.
 */
import type pg from "pg";

/** graphile-worker's names for the statements that end jobs. */
const ENDING = /^(complete|fail)_jobs?(_q)?\//;

/** `onUnheard`: the database may not know how a job ended. */
export function tellUnheardEndings(pool: pg.Pool, onUnheard: () => void): pg.Pool {
  const connect = pool.connect.bind(pool);
  const connectLater = (callback?: Parameters<typeof connect>[0]): unknown =>
    callback === undefined ? Promise.resolve(connectWithFirstStatement(connect, onUnheard)) : connect(callback);
  pool.connect = connectLater as typeof pool.connect;
  return pool;
}

/** Only a statement tells whether its failure may be thrown, so that connecting waits for the first one. */
function connectWithFirstStatement(
  connect: () => Promise<pg.PoolClient>,
  onUnheard: () => void,
): Pick<pg.PoolClient, "release"> & { query(...statement: unknown[]): Promise<unknown> } {
  let client: Promise<pg.PoolClient> | undefined;
  return {
    async query(...statement) {
      try {
        client ??= connect();
        return await (await client).query(...(statement as [string]));
      } catch (error) {
        if (!ENDING.test((statement[0] as { name?: string }).name ?? "")) throw error;
        onUnheard();
        return { rows: [], rowCount: 0 };
      }
    },
    release: (broken) => void client?.then((made) => made.release(broken)).catch(() => undefined),
  };
}
