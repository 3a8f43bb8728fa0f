/**
 * Work to be done after a commit. A job is added in the transaction of the act that causes it, so that neither exists
 * without the other (design, rule 4), and runs at least once. Its payload holds identifiers only: jobs lie in the
 * database in plain text.
 */
import type { Sql, Transaction } from "@ward/core";
import type { PostgresDatabase } from "./connect.ts";
import { checkPayload, type JobPayload } from "./job-payload.ts";
import { type JobWorker, startJobWorker, type WorkerOptions } from "./job-worker.ts";

export interface Job {
  readonly task: string;
  readonly payload: JobPayload;
  /** Jobs of one queue run one after another. */
  readonly queue?: string;
  /** A waiting job with the same key is replaced. */
  readonly key?: string;
  readonly runAt?: Date;
  /** 25 unless told, which takes about three days. */
  readonly maxAttempts?: number;
}

/** A job that used up its attempts. It stays until it is retried. */
export interface FailedJob {
  readonly id: string;
  readonly task: string;
  readonly payload: JobPayload;
  readonly attempts: number;
  /** An `ErrorCode`, or empty where its node was killed each time. */
  readonly lastError: string;
  readonly createdAt: Date;
}

export interface Jobs {
  /** Adds a job in the caller's transaction, at the latest with its commit. */
  enqueue(tx: Transaction, job: Job): Promise<void>;
  startWorker(options: WorkerOptions): Promise<JobWorker>;
  listFailed(): Promise<readonly FailedJob[]>;
  /** Gives a failed job all its attempts again. False where there is none such. */
  retry(id: string): Promise<boolean>;
}

export function createJobs(database: PostgresDatabase): Jobs {
  return {
    enqueue: addJob,
    startWorker: async (options) => await startJobWorker(database, options),
    listFailed: async () => await listFailed(database),
    async retry(id) {
      const rows = await database.query(
        `with again as (
           select id from graphile_worker._private_jobs
            where id = $1 and attempts >= max_attempts and locked_at is null for update
         ), moved as (
           select moved.id from again, graphile_worker.reschedule_jobs(array[again.id], now(), null, 0, null) as moved
         )
         select id, pg_notify('jobs:insert', '{"count":1}') from moved`,
        [id],
      );
      return rows.length === 1;
    },
  };
}

async function addJob(tx: Transaction, job: Job): Promise<void> {
  checkPayload(job.payload);
  tx.send(
    `select 1 from graphile_worker.add_job(
       identifier => $1, payload => $2::json, queue_name => $3, run_at => $4, max_attempts => $5, job_key => $6)`,
    [
      job.task,
      JSON.stringify(job.payload),
      job.queue ?? null,
      job.runAt ?? null,
      job.maxAttempts ?? null,
      job.key ?? null,
    ],
  );
}

async function listFailed(sql: Sql): Promise<readonly FailedJob[]> {
  return await sql.query<FailedJob>(
    `select job.id::text as id, task.identifier as task, job.payload, job.attempts::integer as attempts,
            coalesce(job.last_error, '') as "lastError", job.created_at as "createdAt"
       from graphile_worker._private_jobs job
       join graphile_worker._private_tasks task on task.id = job.task_id
      where job.attempts >= job.max_attempts and job.locked_at is null
      order by job.id`,
  );
}
