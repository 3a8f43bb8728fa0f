export { connect, waitForDatabase, type PoolSizes, type PostgresDatabase } from "./connect.ts";
export type { ConnectionTarget, TlsTrust } from "./connection-options.ts";
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from "./embedded-postgres.ts";
export type { JobPayload, JobValue } from "./job-payload.ts";
export { createJobs, type FailedJob, type Job, type Jobs } from "./jobs.ts";
export type { CronJob, JobContext, JobTask, JobWorker, WorkerOptions } from "./job-worker.ts";
export { migrate } from "./migrate.ts";
export { SqlError } from "./sql-error.ts";
export { locateServerBinaries } from "./server-binaries.ts";
