/**
 * A real PostgreSQL for one machine. Reached only through a Unix socket in a directory that only this user may enter,
 * with a password besides. Durable: fsync and synchronous_commit stay on, whoever asks. Starting again finds the data;
 * a server that dies is started again; no server outlives its node.
 */
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { WardError } from "@ward/core";
import {
  claimDirectory,
  DATABASE,
  explainComplaint,
  NO_COMPLAINT,
  prepareDirectory,
  stopOrphan,
  SUPERUSER,
} from "./data-directory.ts";
import { locateServerBinaries, type ServerBinaries } from "./server-binaries.ts";
import { chooseServerIdentity, type ServerIdentity, yieldPath } from "./server-identity.ts";
import { launchServer, type ServerProcess } from "./server-process.ts";

export interface EmbeddedPostgresOptions {
  /** Holds the database. Beside it come `<dataDir>.password` (0600) and `<dataDir>.owner`. */
  readonly dataDir: string;
  /** Made with mode 0700. Where the path is too long for a Unix socket, a directory under the system's temporary one is used. */
  readonly socketDir: string;
  /** The server's log, line by line. It holds no statement and no value. */
  readonly onLog?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Pass it to `connect`. */
  readonly connection: {
    readonly host: string;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  /** Settles when the server is gone for good: undefined after `stop`, the failure where it could not be kept running. */
  readonly ended: Promise<WardError | undefined>;
  /** Fast shutdown: open transactions roll back, committed ones are kept. */
  stop(): Promise<void>;
}

/** Lasting settings are given on the command line, where nothing in the data directory can weaken them. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  password_encryption: "scram-sha-256",
  // A node must fit in 350 MB. With half of it a sorted search reads twenty pages anew, and a quarter longer.
  shared_buffers: "128MB",
  max_connections: "60",
  work_mem: "4MB",
  maintenance_work_mem: "32MB",
  max_wal_size: "256MB",
  max_worker_processes: "2",
  max_parallel_workers: "0",
  // Else a plan still asks for the workers that there are not.
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  autovacuum_max_workers: "2",
  io_method: "sync",
  jit: "off",
  huge_pages: "off",
  // A statement that fails may quote a value: errors, statements and details never reach the log.
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_statement: "none",
  log_parameter_max_length: "0",
  log_parameter_max_length_on_error: "0",
  log_checkpoints: "off",
  log_connections: "",
  log_destination: "stderr",
  logging_collector: "off",
  lc_messages: "C",
  timezone: "UTC",
};

/** In a minute. */
const RESTARTS_MAX = 5;
const RESTART_PAUSE_MS = 200;
const TORN_AFTER_MS = 1_000;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const onLog = options.onLog ?? (() => undefined);
  const release = await claimDirectory(dataDir).catch((error: unknown) => {
    throw explainFailure(error, dataDir);
  });
  try {
    const binaries = await locateServerBinaries();
    const identity = await chooseServerIdentity(binaries);
    await stopOrphan(dataDir);
    const password = await prepareDirectory({ dataDir, binaries, identity, onLog });
    const socketDir = await prepareSocketDirectory(resolve(options.socketDir), identity);
    const launch = async () => await launchUntilReady({ dataDir, socketDir, binaries, identity, onLog });
    const keeper = keepRunning(await launch(), launch, async () => {
      // A server that was killed leaves its socket.
      for (const name of [SOCKET, `${SOCKET}.lock`]) await rm(join(socketDir, name), { force: true });
      await release();
    });
    return { connection: { host: socketDir, user: SUPERUSER, password, database: DATABASE }, ...keeper };
  } catch (error) {
    await release();
    throw explainFailure(error, dataDir);
  }
}

/** Starts a server on a prepared directory. Tests pass settings that trade durability for speed; nobody else may. */
export async function launchUntilReady(options: {
  readonly dataDir: string;
  readonly socketDir: string;
  readonly binaries: ServerBinaries;
  readonly identity: ServerIdentity;
  readonly onLog: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  readonly litter?: string;
}): Promise<ServerProcess> {
  const { dataDir, socketDir, binaries, identity, onLog, litter } = options;
  const settings = { ...SETTINGS, unix_socket_directories: `"${socketDir}"`, ...options.settings };
  const command = [
    binaries.postgres,
    "-D",
    dataDir,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const deadline = Date.now() + 15_000;
  for (;;) {
    const server = launchServer({ command, identity, onLog, ...(litter ? { litter } : {}) });
    const outcome = await server.started;
    if (outcome.ready) return server;
    // The last processes of a killed server need a moment to notice that their parent is gone.
    let passing = /still in use|lock file .* already exists|being shut down/i.test(outcome.said);
    if (/lock file .* is empty|bogus data in lock file/i.test(outcome.said)) {
      await removeTornLocks([join(dataDir, "postmaster.pid"), join(socketDir, `${SOCKET}.lock`)]);
      passing = true;
    }
    if (!passing || Date.now() > deadline) {
      throw new WardError("startup-failed", { reason: explainComplaint(outcome.said), path: dataDir });
    }
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

/** A server that was killed while it wrote its lock file. PostgreSQL leaves such a file to whoever knows that it is dead. */
async function removeTornLocks(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined || Number(text.split("\n", 1)[0]) > 0) continue;
    // A living server writes its own within milliseconds of making it.
    const written = await stat(path).then(({ mtimeMs }) => mtimeMs, Date.now);
    if (Date.now() - written > TORN_AFTER_MS) await rm(path, { force: true });
  }
}

function keepRunning(
  first: ServerProcess,
  launch: () => Promise<ServerProcess>,
  release: () => Promise<void>,
): Pick<EmbeddedPostgres, "ended" | "stop"> {
  let server = first;
  let stopping = false;
  const guard = async (): Promise<WardError | undefined> => {
    let deaths: number[] = [];
    let failure = new WardError("database-unavailable", { reason: "the embedded PostgreSQL keeps dying" });
    for (;;) {
      await server.exited;
      if (stopping) return undefined;
      deaths = [...deaths, Date.now()].filter((at) => at > Date.now() - 60_000);
      if (deaths.length > RESTARTS_MAX) return failure;
      try {
        server = await launch();
      } catch (error) {
        // It may have been killed while it started, which is a death like any other.
        const explained = explainFailure(error, "");
        if (explained.detail["reason"] !== NO_COMPLAINT) failure = explained;
        await new Promise((wake) => setTimeout(wake, RESTART_PAUSE_MS));
        continue;
      }
      // `stop` may have come while the server was starting.
      if (stopping) await server.stop();
    }
  };
  const keep = async (): Promise<WardError | undefined> => {
    try {
      return await guard();
    } finally {
      await release();
    }
  };
  const ended = keep();
  return {
    ended,
    async stop() {
      stopping = true;
      await server.stop();
      await ended;
    },
  };
}

/** PostgreSQL's name for it, after the port. */
const SOCKET = ".s.PGSQL.5432";
/** sun_path holds 108 bytes on Linux and 104 on macOS, with the terminating zero. */
const SOCKET_PATH_MAX = 103;

async function prepareSocketDirectory(wanted: string, identity: ServerIdentity): Promise<string> {
  const tooLong = Buffer.byteLength(join(wanted, `${SOCKET}.lock`)) > SOCKET_PATH_MAX || /["\n]/.test(wanted);
  const digest = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  const directory = tooLong ? join(tmpdir(), `ward-${process.getuid?.() ?? 0}-${digest}`) : wanted;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Under a shared temporary directory the name could have been taken first by somebody else.
  const found = await lstat(directory);
  const uid = process.getuid?.() ?? found.uid;
  if (!found.isDirectory() || (found.uid !== uid && found.uid !== identity.account?.uid)) {
    throw new WardError("startup-failed", { reason: "the socket directory belongs to another user", path: directory });
  }
  await chmod(directory, 0o700);
  await yieldPath(identity, directory);
  return directory;
}

function explainFailure(error: unknown, dataDir: string): WardError {
  if (error instanceof WardError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const known: Record<string, string> = {
    ENOSPC: "the disk that holds the database is full",
    EDQUOT: "the disk quota is used up",
    EACCES: "the database's directory may not be written by this user",
    EROFS: "the database's directory is on a read-only file system",
    EEXIST: "the database's directory cannot be made: a file is in the way",
    ENOTDIR: "the database's directory cannot be made: a file is in the way",
  };
  return new WardError("startup-failed", {
    reason: known[code] ?? `the database could not be started (${code})`,
    path: dataDir,
  });
}
