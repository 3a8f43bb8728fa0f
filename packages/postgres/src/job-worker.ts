/**
 * Runs jobs on this node. graphile-worker gives the jobs of a killed worker to others after four hours; here every
 * worker shows a sign of life each second, and a job whose worker fell silent, or whose process is known to be gone, is
 * free again within seconds.
 *
 * INVARIANT: a lock without a living worker behind it is freed; the absence of a sign of life is enough, so a worker
 * that was killed before its first one is covered too. A worker that lost touch with its locks begins a new life.
 */
import { EventEmitter } from "node:events";
import { asWardError, type Database } from "@ward/core";
import { parseCronItems, run, type Runner, type TaskList, type WorkerEvents } from "graphile-worker";
import type { PostgresDatabase } from "./connect.ts";
import { silentLogger } from "./job-log.ts";
import type { JobPayload } from "./job-payload.ts";
import { tellLostTouch } from "./job-pool.ts";
import { isAlive, processSpace, startOf } from "./local-process.ts";

export interface JobContext {
  readonly jobId: string;
  /** 1 on the first run. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Aborted some seconds after `stop` was called. */
  readonly signal: AbortSignal;
}

/** Throws to be tried again later. Only the code of a `WardError` is kept of what it throws. */
export type JobTask = (payload: JobPayload, context: JobContext) => Promise<void>;

export interface CronJob {
  readonly task: string;
  /** Five fields, UTC. */
  readonly match: string;
  readonly payload?: JobPayload;
  /** Unique; the task's name unless told. */
  readonly identifier?: string;
}

export interface WorkerOptions {
  readonly tasks: Readonly<Record<string, JobTask>>;
  readonly cron?: readonly CronJob[];
  /** Jobs at once on this node. */
  readonly concurrency?: number;
  /** Told each failed attempt; `final` where no other follows. */
  readonly onFailure?: (failure: { task: string; jobId: string; code: string; final: boolean }) => void;
}

export interface JobWorker {
  /** graphile-worker's pool id. */
  readonly id: string;
  /** Takes no more jobs and resolves when the running ones are done. */
  stop(): Promise<void>;
}

const SIGN_OF_LIFE_MS = 1_000;
const SWEEP_MS = 2_000;
/** A worker that showed none for so long is dead. */
const SILENCE_SECONDS = 10;

/** Between the end of a life and the next one, and between tries while the database is away. */
const REST_MS = 500;

export async function startJobWorker(database: PostgresDatabase, options: WorkerOptions): Promise<JobWorker> {
  await releaseDeadWorkers(database);
  let life = await startLife(database, options);
  const stopping = new AbortController();
  const keeping = (async () => {
    for (;;) {
      await Promise.race([life.ended, aborted(stopping.signal)]);
      await life.end();
      if (stopping.signal.aborted) return;
      const next = await startAgain(database, options, life.id, stopping.signal);
      if (next === undefined) return;
      life = next;
    }
  })();
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = setInterval(() => {
    sweeping = releaseDeadWorkers(database).catch(() => undefined);
  }, SWEEP_MS);
  return {
    get id() {
      return life.id;
    },
    async stop() {
      clearInterval(sweep);
      stopping.abort();
      await keeping;
      await sweeping;
    },
  };
}

/**
 * One life of graphile-worker. It ends where the database did not hear how a job ended, or did not answer which job is
 * next, as when the server dies; what it holds locked is then nobody's, though this process lives on.
 */
interface Life {
  readonly id: string;
  /** Settles when it runs no more; never rejects. */
  readonly ended: Promise<void>;
  /** Takes no more jobs and resolves when the running ones are done. Never rejects. */
  end(): Promise<void>;
}

async function startLife(database: PostgresDatabase, options: WorkerOptions): Promise<Life> {
  const { concurrency = 4 } = options;
  // The database may hold a job locked that this life does not run: nobody would run it while this life shows signs of
  // itself. The next one frees it.
  const lostTouch = (): void => void runner?.stop().catch(() => undefined);
  let runner: Runner | undefined;
  const pool = tellLostTouch(database.openPool(concurrency + 3), lostTouch);
  const events = new EventEmitter() as WorkerEvents;
  let id = "";
  events.on("pool:create", ({ workerPool }) => (id = workerPool.id));
  try {
    const running = await run({
      pgPool: pool,
      logger: silentLogger,
      events,
      concurrency,
      noHandleSignals: true,
      pollInterval: 2_000,
      taskList: wrapTasks(options),
      parsedCronItems: cronItems(options),
    });
    runner = running;
    const ended = running.promise.catch(() => undefined);
    const stopSigns = await showSignsOfLife(database, id).catch(async (error: unknown) => {
      await running.stop().catch(() => undefined);
      throw error;
    });
    return {
      id,
      ended,
      async end() {
        // Rejects where it is stopping by itself.
        await running.stop().catch(() => undefined);
        await ended;
        await stopSigns();
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Undefined where the worker is stopped before the database is back. */
async function startAgain(
  database: PostgresDatabase,
  options: WorkerOptions,
  lastId: string,
  stopping: AbortSignal,
): Promise<Life | undefined> {
  for (;;) {
    await Promise.race([new Promise((wake) => setTimeout(wake, REST_MS)), aborted(stopping)]);
    if (stopping.aborted) return undefined;
    try {
      await releaseDeadWorkers(database, [lastId]);
      return await startLife(database, options);
    } catch {
      // The database is away; whoever works with it says so.
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function cronItems({ cron = [] }: WorkerOptions): ReturnType<typeof parseCronItems> {
  return parseCronItems(
    cron.map(({ task, match, payload, identifier }) => ({
      task,
      match,
      identifier: identifier ?? task,
      ...(payload ? { payload: { ...payload } } : {}),
    })),
  );
}

/** Frees the jobs of workers that are gone, and of those that the caller knows to have ended. */
export async function releaseDeadWorkers(database: Database, ended: readonly string[] = []): Promise<void> {
  const gone = [...ended, ...(await findGoneProcesses(database))];
  await database.transaction(async (tx) => {
    // One sweeper at a time is enough, and none waits for another.
    const [lock] = await tx.query<{ mine: boolean }>(
      "select pg_try_advisory_xact_lock(hashtext('ward.worker')) as mine",
    );
    if (!lock?.mine) return;
    await tx.query(
      `delete from ward.worker where id = any($1) or seen_at < now() - make_interval(secs => ${SILENCE_SECONDS})`,
      [gone],
    );
    const [freed] = await tx.query<{ jobs: number }>(
      `with dead as (
         select locked_by from graphile_worker._private_jobs
          where locked_by is not null
            and (locked_by = any($1) or locked_at < now() - make_interval(secs => ${SILENCE_SECONDS}))
         union
         select locked_by from graphile_worker._private_job_queues
          where locked_by is not null
            and (locked_by = any($1) or locked_at < now() - make_interval(secs => ${SILENCE_SECONDS}))
         except select id from ward.worker
       ), freed as (
         select graphile_worker.force_unlock_workers(array_agg(locked_by)) from dead having count(*) > 0
       )
       select count(*)::integer as jobs from freed`,
      [gone],
    );
    if ((freed?.jobs ?? 0) > 0) await tx.query(`select pg_notify('jobs:insert', '{"count":1000}')`);
  });
}

/** Workers whose process was on this machine and is no more: no need to wait for their silence. */
async function findGoneProcesses(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ id: string; pid: number; started: string | null }>(
    "select id, pid, started from ward.worker where process_space = $1",
    [await processSpace()],
  );
  const gone = await Promise.all(rows.map(async ({ pid, started }) => !(await isAlive(pid, started ?? undefined))));
  return rows.filter((_, at) => gone[at]).map(({ id }) => id);
}

async function showSignsOfLife(database: Database, id: string): Promise<() => Promise<void>> {
  const place = [await processSpace(), process.pid, (await startOf(process.pid)) ?? null];
  const show = async (): Promise<void> => {
    await database.query(
      `insert into ward.worker (id, process_space, pid, started) values ($1, $2, $3, $4)
       on conflict (id) do update set seen_at = now()`,
      [id, ...place],
    );
  };
  await show();
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = show().catch(() => undefined);
  }, SIGN_OF_LIFE_MS);
  return async () => {
    clearInterval(timer);
    await last;
    await database.query("delete from ward.worker where id = $1", [id]).catch(() => undefined);
  };
}

/** graphile-worker stores an error's message with the job; only a code of the closed table may get there. */
function wrapTasks({ tasks, onFailure }: WorkerOptions): TaskList {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      async (payload: unknown, { job, abortSignal }): Promise<void> => {
        try {
          await task(payload as JobPayload, {
            jobId: String(job.id),
            attempt: job.attempts,
            maxAttempts: job.max_attempts,
            signal: abortSignal,
          });
        } catch (error) {
          const { code } = asWardError(error);
          onFailure?.({ task: name, jobId: String(job.id), code, final: job.attempts >= job.max_attempts });
          const kept = new Error(code);
          kept.stack = code;
          throw kept;
        }
      },
    ]),
  ) satisfies TaskList as TaskList;
}
