/**
 * What a node and the CLI's commands stand on: database, keys, ledger, tokens of one state folder. Opening it twice at
 * once is allowed (a command beside a running node); only the first starts the embedded server.
 */
import { readFile } from "node:fs/promises";
import { createTokenIssuer, loadTokenKey, type TokenIssuer } from "@ward/access";
import { systemClock, type WardError } from "@ward/core";
import { createLedger, sampleEntries, type AuditLog, type SampledEntries, type LedgerStore } from "@ward/ledger";
import {
  connect,
  createJobs,
  migrate,
  startEmbeddedPostgres,
  waitForDatabase,
  type ConnectionTarget,
  type EmbeddedPostgres,
  type Jobs,
  type PostgresDatabase,
} from "@ward/postgres";
import { openSealedFile, openVault, type Vault } from "@ward/vault";
import { type LedgerStoreSettings, openLedgerStore } from "./ledger-store.ts";
import { recordTenantKeys } from "./record-configuration.ts";
import { askRunningNode, openStateDir, removeRunFolder, type StateDir } from "./state-dir.ts";

export interface FoundationOptions {
  readonly stateDir: string;
  readonly databaseUrl?: string;
  readonly passphrase?: string;
  /** Where the ledger is published; `ledger/` in the state folder where absent. */
  readonly ledgerStore?: LedgerStoreSettings;
  readonly onNotice?: (text: string) => void;
}

export interface Foundation {
  readonly dir: StateDir;
  readonly database: PostgresDatabase;
  readonly jobs: Jobs;
  readonly vault: Vault;
  readonly ledger: AuditLog;
  readonly ledgerStore: LedgerStore;
  /** For acts of the sampled class, which nobody waits for. */
  readonly sampled: SampledEntries;
  readonly tokens: TokenIssuer;
  /** Settles with the failure where the embedded server could not be kept running; never settles otherwise. */
  readonly lost: Promise<WardError>;
  close(): Promise<void>;
}

/** Tenant and ledger origin of a node that was given no other name. */
const TENANT = "ward.local";

export async function openFoundation(options: FoundationOptions): Promise<Foundation> {
  const dir = openStateDir(options.stateDir);
  const server = await reachServer(dir, options).catch((error: unknown) => {
    removeRunFolder(dir);
    throw error;
  });
  const database = connect(server.target);
  const close = async (): Promise<void> => {
    await database.close();
    await server.embedded?.stop();
    removeRunFolder(dir);
  };
  try {
    await waitForDatabase(database, 15_000);
    await migrate(database);
    const custody = await openSealedFile({
      path: dir.rootKeyFile,
      ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    });
    const [made] = await database.query("select 1 from vault.tenant_key");
    const vault = await openVault({ database, custody, tenant: TENANT, clock: systemClock });
    if (!custody.isProtected) options.onNotice?.(custody.explanation);
    const ledger = createLedger({
      database,
      clock: systemClock,
      signer: vault.ledgerSigner,
      origin: vault.ledgerSigner.name,
    });
    const tokens = await createTokenIssuer({
      key: await loadTokenKey(dir.tokenKeyFile),
      issuer: TENANT,
      clock: systemClock,
    });
    if (made === undefined) await recordTenantKeys(ledger);
    const sampled = sampleEntries(ledger, systemClock);
    return {
      dir,
      database,
      vault,
      ledger,
      ledgerStore: await openLedgerStore(dir.root, options.ledgerStore),
      sampled,
      tokens,
      jobs: createJobs(database),
      lost: server.embedded === undefined ? new Promise(() => undefined) : lostOf(server.embedded),
      async close() {
        await sampled.settled();
        await close();
      },
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

interface Server {
  readonly target: ConnectionTarget;
  readonly embedded?: EmbeddedPostgres;
}

async function reachServer(dir: StateDir, options: FoundationOptions): Promise<Server> {
  if (options.databaseUrl !== undefined) return { target: { connectionString: options.databaseUrl } };
  if ((await askRunningNode(dir)) !== undefined) {
    const password = (await readFile(`${dir.database}.password`, "utf8")).trim();
    return { target: { host: dir.databaseSocket, user: "ward", password, database: "ward" } };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: dir.database, socketDir: dir.databaseSocket });
  return { target: embedded.connection, embedded };
}

async function lostOf(embedded: EmbeddedPostgres): Promise<WardError> {
  const failure = await embedded.ended;
  return failure ?? new Promise<never>(() => undefined);
}
