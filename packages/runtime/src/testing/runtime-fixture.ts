/**
 * One runtime over a real database, vault, ledger and door, its functions handlers in the test's process. What a test
 * does not set is defaulted, so that what it sets is what it is about.
 */
import { compilePolicies, createDoor } from "@ward/access";
import {
  DEFAULT_LIMITS,
  systemClock,
  type AuditEntry,
  type Database,
  type EgressGrant,
  type FunctionManifest,
} from "@ward/core";
import { createLedger } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { Vault } from "@ward/vault";
import { openTestVault } from "@ward/vault/testing";
import { createHash, randomUUID } from "node:crypto";
import type {
  DisclosurePort,
  FunctionLogLine,
  FunctionRelease,
  InboundMessage,
  Runtime,
  RuntimeOptions,
} from "../contract.ts";
import { createRuntime } from "../runtime.ts";
import { FakeInstanceHost, type FakeHandler } from "./fake-instance-host.ts";
import { createTableFhir } from "./table-fhir.ts";

export interface FunctionUnderTest {
  readonly trigger?: FunctionManifest["trigger"];
  readonly purpose?: FunctionManifest["purpose"];
  readonly grants?: Partial<FunctionManifest["grants"]>;
  readonly limits?: Partial<FunctionManifest["limits"]>;
  readonly handle: FakeHandler;
}

export interface RuntimeFixture {
  readonly runtime: Runtime;
  readonly host: FakeInstanceHost;
  readonly vault: Vault;
  readonly logged: readonly FunctionLogLine[];
  /** Everything in the ledger, in the order of the commits' statements. */
  entries(): Promise<readonly AuditEntry[]>;
  /** The entries of refused acts, in short: `identity.forge access-denied`. */
  refusals(): Promise<readonly string[]>;
  count(table: string): Promise<number>;
  /** Runs the jobs that are due, once each, through the runtime's tasks. */
  runJobs(): Promise<readonly ("done" | "failed")[]>;
  readonly close: () => Promise<void>;
}

export interface FixtureOptions extends Partial<
  Pick<RuntimeOptions, "egress" | "idleMs" | "screen" | "database" | "jobs" | "vault">
> {
  /** Shares the database with the runtime that was started before. */
  readonly isAnotherNode?: boolean;
  readonly appPolicies?: Readonly<Record<string, string>>;
}

export const LAB: InboundMessage["principal"] = { kind: "service", id: "mllp" };
/** Stands for PHI: the screen of the fixture finds it, also in base64 and hex. */
export const CANARY = "Ravensworth";

let shared: Promise<TestDatabase> | undefined;

/** One server per test process. */
export function testDatabase(): Promise<TestDatabase> {
  shared ??= startTestDatabase();
  return shared;
}

export async function closeTestDatabase(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
}

export async function startRuntime(
  functions: Readonly<Record<string, FunctionUnderTest>>,
  { isAnotherNode = false, appPolicies = {}, ...options }: FixtureOptions = {},
): Promise<RuntimeFixture> {
  const { database, jobs } = await testDatabase();
  if (!isAnotherNode) await emptyTables(database);
  const releases = Object.entries(functions).map(([name, definition]) => releaseOf(name, definition));
  const handlers = Object.fromEntries(
    Object.entries(functions).map(([name, { handle }]) => [`handler:${name}`, handle]),
  );
  const vault = options.vault ?? (await openTestVault(database));
  const door = createDoor({
    database,
    ledger: createLedger({ database, clock: systemClock, signer: vault.ledgerSigner }),
    policies: compilePolicies({ manifests: releases.map(({ manifest }) => manifest), appPolicies }),
    tags: vault,
    quotas: { actsPerMinute: 1_000_000 },
    clock: systemClock,
  });
  const fhir = await createTableFhir(database, door, vault);
  if (!isAnotherNode) await database.query("truncate test.resource");
  const host = new FakeInstanceHost(handlers);
  const logged: FunctionLogLine[] = [];
  const runtime = createRuntime({
    app: {
      config: {
        name: "hospital",
        residency: ["DE"],
        frameworks: ["HIPAA"],
        retentionYears: 6,
        budgets: { actsPerMinute: 1_000 },
      },
      releases,
      policies: {},
    },
    host,
    door,
    vault,
    fhir,
    jobs,
    database,
    screen: canaryScreen,
    clock: systemClock,
    publicUrl: "https://ward.test:8443",
    egress: { allowLoopback: true },
    log: (line) => logged.push(line),
    ...options,
  });
  const entries = async (): Promise<readonly AuditEntry[]> => {
    const rows = await database.query<{ body: Buffer }>("select body from ledger.pending order by id");
    return rows.map(({ body }) => JSON.parse(body.toString("utf8")) as AuditEntry);
  };
  return {
    runtime,
    host,
    vault,
    logged,
    entries,
    refusals: async () =>
      (await entries())
        .filter(({ decision }) => decision === "deny")
        .map(({ action, reason }) => `${action} ${reason}`),
    async count(table) {
      const [row] = await database.query<{ count: number }>(`select count(*)::integer as count from ${table}`);
      return row?.count ?? 0;
    },
    async runJobs() {
      const due = await database.query<{ task: string; payload: unknown }>(
        `with taken as (delete from graphile_worker._private_jobs returning task_id, payload)
         select task.identifier as task, taken.payload from taken
           join graphile_worker._private_tasks task on task.id = taken.task_id`,
      );
      const results = due.map(async ({ task, payload }) => {
        await runtime.tasks[task]?.(payload);
      });
      return (await Promise.allSettled(results)).map(({ status }) => (status === "fulfilled" ? "done" : "failed"));
    },
    async close() {
      await runtime.close();
      await host.close();
    },
  };
}

async function emptyTables(database: Database): Promise<void> {
  await database.query(
    "truncate runtime.event, runtime.delivery, runtime.inbox, runtime.quarantine, ledger.pending cascade",
  );
  await database.query("delete from graphile_worker._private_jobs");
}

export function releaseOf(name: string, definition: Omit<FunctionUnderTest, "handle">): FunctionRelease {
  const { trigger = { kind: "http", method: "POST", route: name, roles: ["public"] } } = definition;
  const manifest: FunctionManifest = {
    name,
    trigger,
    purpose: definition.purpose ?? "TREAT",
    grants: { fhir: [], emits: [], secrets: [], egress: [], ...definition.grants },
    limits: { ...DEFAULT_LIMITS, ...definition.limits },
  };
  const digest = `sha256:${createHash("sha256").update(JSON.stringify(manifest)).digest("hex")}`;
  return { digest, manifest, bundle: `handler:${name}` };
}

/** Calls a public function once and answers its body. */
export async function callFunction(runtime: Runtime, name: string, body?: unknown): Promise<unknown> {
  const request = { method: "POST", path: name, params: {}, query: {}, caller: "public", body };
  const answer = await runtime.invokeHttp(name, request, {
    principal: { kind: "service", id: "public" },
    traceId: randomUUID().replaceAll("-", ""),
  });
  return answer.body;
}

export function labMessage(message: Partial<InboundMessage> = {}): InboundMessage {
  return {
    raw: `MSH|^~\\&|LAB|HOSP|||20260101||ORU^R01|1|P|2.5\rPID|1||4711^^^^MR||${CANARY}^Eleanor\r`,
    type: "ORU^R01",
    controlId: "1",
    sender: "LAB|HOSP",
    principal: LAB,
    traceId: randomUUID().replaceAll("-", ""),
    ...message,
  };
}

export function egressGrant(grant: Partial<EgressGrant> = {}): EgressGrant {
  return { host: "sms.example.org", baa: "none", carries: "none", ...grant };
}

const canaryScreen: DisclosurePort = {
  find(_caller, text) {
    const forms = [CANARY, Buffer.from(CANARY).toString("base64").slice(0, 14), Buffer.from(CANARY).toString("hex")];
    return Promise.resolve(forms.some((form) => text.includes(form)) ? ["name"] : []);
  },
};
