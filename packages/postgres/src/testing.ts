/**
 * A real PostgreSQL for tests, migrated, in well under a second. Durability is traded for speed here and nowhere else.
 * The initialised directory is made once per machine and copied; the copy is removed when the test process ends,
 * however it ends.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, lstat, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type pg from "pg";
import { connect, type PoolSizes, type PostgresDatabase } from "./connect.ts";
import type { ConnectionTarget } from "./connection-options.ts";
import { DATABASE, prepareDirectory, SUPERUSER } from "./data-directory.ts";
import { launchUntilReady } from "./embedded-postgres.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { migrate } from "./migrate.ts";
import { locateServerBinaries, type ServerBinaries } from "./server-binaries.ts";
import { chooseServerIdentity, type ServerIdentity, yieldPath } from "./server-identity.ts";

export interface TestDatabase {
  readonly database: PostgresDatabase;
  readonly pool: pg.Pool;
  readonly jobs: Jobs;
  /** For a second connection, as another node would make it. */
  readonly connection: Exclude<ConnectionTarget, { connectionString: string }>;
  close(): Promise<void>;
}

const FAST_SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  shared_buffers: "32MB",
  max_wal_size: "64MB",
  max_connections: "80",
  autovacuum: "off",
};

export async function startTestDatabase(
  options: { readonly sizes?: PoolSizes; readonly migrated?: boolean } = {},
): Promise<TestDatabase> {
  const binaries = await locateServerBinaries();
  const identity = await chooseServerIdentity(binaries);
  const template = await prepareTemplate(binaries, identity);
  const home = await mkdtemp(join(tmpdir(), "ward-test-"));
  await yieldPath(identity, home);
  const dataDir = join(home, "data");
  await copyDirectory(template, dataDir, identity);
  const password = (await readFile(`${template}.password`, "utf8")).trim();
  const server = await launchUntilReady({
    dataDir,
    socketDir: home,
    binaries,
    identity,
    settings: FAST_SETTINGS,
    litter: home,
    onLog: () => undefined,
  });
  const connection = { host: home, user: SUPERUSER, password, database: DATABASE };
  const database = connect(connection, options.sizes);
  const close = async (): Promise<void> => {
    await database.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    if (options.migrated !== false) await migrate(database);
  } catch (error) {
    await close();
    throw error;
  }
  return { database, pool: database.pool, jobs: createJobs(database), connection, close };
}

/** One template per user and version. Made beside its place and renamed, so that two test processes may race. */
async function prepareTemplate(binaries: ServerBinaries, identity: ServerIdentity): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const cache = join(tmpdir(), `ward-test-template-${uid}-${binaries.version}`);
  const ready = join(cache, "data");
  if (!existsSync(ready)) {
    const draft = await mkdtemp(join(tmpdir(), "ward-test-making-"));
    await prepareDirectory({
      dataDir: join(draft, "data"),
      binaries,
      identity,
      onLog: () => undefined,
      throwAway: true,
    });
    await rename(draft, cache).catch(async () => await rm(draft, { recursive: true, force: true }));
  }
  // In a shared temporary directory the name could be somebody else's trap.
  if ((await lstat(cache)).uid !== uid) throw new Error(`${cache} belongs to another user`);
  return ready;
}

async function copyDirectory(from: string, to: string, identity: ServerIdentity): Promise<void> {
  await promisify(execFile)("cp", ["-R", "-p", from, to]).catch(async () => {
    await cp(from, to, { recursive: true });
  });
  await chmod(to, 0o700);
  await yieldPath(identity, to);
}
