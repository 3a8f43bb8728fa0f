/**
 * A hospital's node that is killed again and again on one state folder, and what must hold of it whatever was killed:
 * the questions are asked of the database and of the sink, which live longer than the node.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openState } from "@ward/platform";
import type { PostgresDatabase } from "@ward/postgres";
import { startSmsSink, type SmsMessage, type SmsSink } from "../../examples/hospital/sms-sink/main.ts";
import { allProcesses, descendants, until } from "../processes.ts";
import { startWard, type WardProcess } from "../ward-process.ts";
import { sendUntilAccepted, type LabMessage } from "./laboratory.ts";
import { openDatabase, postmasterPid, readPatiently, hurryRetries } from "./state-database.ts";
import { installSteps } from "./steps.ts";

/** The port that the example's egress grant names. */
const SINK_PORT = 8090;

export interface Hospital {
  readonly ward: WardProcess;
  readonly database: PostgresDatabase;
  readonly postmaster: number;
  /** Starts a node where the last one was killed. */
  restart(): Promise<void>;
  /** Kills the node and starts another. */
  killNode(): Promise<void>;
  /** Resolves when another node runs than the one that is named. */
  untilRestarted(last: WardProcess): Promise<void>;
  /** Stops the node and starts another. */
  renew(): Promise<void>;
  /** The processes in which functions run. */
  readonly functionProcesses: () => readonly number[];
  /** Those, and the shells, namespaces and spares around them. */
  readonly confiningProcesses: () => readonly number[];
  countFiled(): Promise<Filed>;
  /** A message whose first sending was disturbed is sent again until it is accepted, and is filed once. */
  checkFiledOnce(message: LabMessage, before: Filed, wasAccepted: boolean): Promise<void>;
  /** So many messages, each of a patient of its own, were filed since. */
  checkFiled(before: Filed, count: number): Promise<void>;
  /** No delivery waits, and no job is left. */
  checkDelivered(): Promise<void>;
  /** Everything that was filed is delivered, told and recorded, and nothing else is. */
  checkSettled(): Promise<void>;
  close(): Promise<void>;
}

export interface Filed {
  readonly messages: number;
  readonly reports: number;
  readonly documents: number;
  readonly patients: number;
}

export async function openHospital(): Promise<Hospital> {
  const stateDir = await mkdtemp(join(tmpdir(), "ward-fault-"));
  const sink = await openSink();
  let ward = await startWard({ stateDir });
  let database = openDatabase(stateDir);
  await installSteps(database);
  const ports = new Set([ward.httpsPort]);
  const restart = async (): Promise<void> => {
    await ward.exited;
    const last = database;
    ward = await startWard({ stateDir });
    ports.add(ward.httpsPort);
    database = openDatabase(stateDir);
    await last.close();
  };
  return {
    get ward() {
      return ward;
    },
    get database() {
      return database;
    },
    get postmaster() {
      return postmasterPid(stateDir);
    },
    restart,
    async killNode() {
      await ward.end("SIGKILL");
      await restart();
    },
    untilRestarted: async (last) => await until(() => ward !== last, "the node is restarted"),
    async renew() {
      await ward.end("SIGTERM");
      await restart();
    },
    functionProcesses: () =>
      descendants(ward.pid)
        .filter(({ name }) => name.startsWith("workerd"))
        .map(({ pid }) => pid),
    confiningProcesses: () => {
      // PostgreSQL's keeper and all below it are of one session.
      const { session } = allProcesses().find(({ pid }) => pid === postmasterPid(stateDir)) ?? { session: -1 };
      return descendants(ward.pid)
        .filter((each) => each.session !== session && !each.name.startsWith("postgres"))
        .map(({ pid }) => pid);
    },
    countFiled: () => countFiled(database),
    async checkFiledOnce(message, before, wasAccepted) {
      if (wasAccepted) {
        const { reports } = await countFiled(database);
        assert.equal(reports, before.reports + 1, "what was accepted is filed");
      }
      await sendUntilAccepted(ward, message);
      await checkFiled(database, before, 1);
    },
    checkFiled: async (before, count) => await checkFiled(database, before, count),
    checkDelivered: async () => await checkDelivered(database),
    checkSettled: async () =>
      await checkSettled(stateDir, database, () =>
        // Other nodes on this machine tell the same sink.
        sink.messages.filter(({ link = "" }) => ports.has(Number(URL.parse(link)?.port))),
      ),
    async close() {
      const ended = ward.end("SIGTERM");
      // A test that failed may have left something in its way.
      const impatience = setTimeout(() => void ward.end("SIGKILL"), 20_000);
      await ended;
      clearTimeout(impatience);
      await database.close();
      await sink.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** The port is one for the whole machine, and another test may be about to give it back. */
async function openSink(): Promise<SmsSink> {
  let sink: SmsSink | undefined;
  await until(async () => {
    sink = await startSmsSink({ port: SINK_PORT }).catch(() => undefined);
    return sink !== undefined;
  }, `port ${SINK_PORT} is free`);
  assert.ok(sink);
  return sink;
}

async function countFiled(database: PostgresDatabase): Promise<Filed> {
  const [row] = await readPatiently<Record<keyof Filed, bigint>>(
    database,
    `select (select count(*) from runtime.inbox) as messages,
            count(distinct id) filter (where type = 'DiagnosticReport') as reports,
            count(distinct id) filter (where type = 'DocumentReference') as documents,
            count(distinct id) filter (where type = 'Patient') as patients
       from fhir.record`,
  );
  const { messages = 0n, reports = 0n, documents = 0n, patients = 0n } = row ?? {};
  return {
    messages: Number(messages),
    reports: Number(reports),
    documents: Number(documents),
    patients: Number(patients),
  };
}

async function checkFiled(database: PostgresDatabase, before: Filed, count: number): Promise<void> {
  const wanted: Filed = {
    messages: before.messages + count,
    reports: before.reports + count,
    documents: before.documents + count,
    patients: before.patients + count,
  };
  assert.deepEqual(await countFiled(database), wanted, "each message is filed once");
}

/** Locks are not touched: a job that a dead worker holds must come free by itself. */
async function checkDelivered(database: PostgresDatabase): Promise<void> {
  await until(async () => {
    await hurryRetries(database);
    return (await countOf(database, OPEN_WORK)) === 0;
  }, "every delivery is done and no job is left").catch(async (error: unknown) => {
    throw new Error(JSON.stringify(await readPatiently(database, STUCK)), { cause: error });
  });
}

async function checkSettled(
  stateDir: string,
  database: PostgresDatabase,
  notifications: () => readonly SmsMessage[],
): Promise<void> {
  await checkDelivered(database);
  assert.equal(await countOf(database, "select from runtime.quarantine where state = 'waiting'"), 0, "quarantine");
  assert.equal(await countOf(database, "select from fhir.record where version > 1"), 0, "nothing was written twice");

  const rows = await readPatiently<{ id: string }>(
    database,
    "select distinct id::text from fhir.record where type = 'DiagnosticReport'",
  );
  const reports = rows.map(({ id }) => id).toSorted();
  const told = new Set(notifications().map(({ link }) => link?.split("/DiagnosticReport/")[1] ?? "no link"));
  assert.deepEqual([...told].toSorted(), reports, "each report is told at least once, and nothing else is");

  const state = await openState({ stateDir });
  try {
    await until(
      async () => (await countOf(database, "select from ledger.pending")) === 0,
      "every entry is in the ledger's tree",
    );
    const verdict = await state.verifyLedger();
    assert.ok(verdict.ok, JSON.stringify(verdict));
  } finally {
    await state.close();
  }
  const recorded = await countOf(
    database,
    `select from ledger.entry where action = 'fhir.create' and convert_from(body, 'UTF8')::json->>'outcome' = 'success'
        and convert_from(body, 'UTF8')::json->'resource'->>'type' = 'DiagnosticReport'`,
  );
  assert.equal(recorded, reports.length, "each filed report has its entry, and no other entry claims one");
}

const OPEN_WORK = `select from runtime.delivery where state <> 'delivered'
                   union all select from graphile_worker._private_jobs`;

/** Identifiers, codes and times only. */
const STUCK = `select row_to_json(job) as job, (select array_agg(worker.id) from ward.worker) as workers,
                      now() as now from graphile_worker._private_jobs job`;

async function countOf(database: PostgresDatabase, rows: string): Promise<number> {
  const [row] = await readPatiently<{ count: bigint }>(database, `select count(*) from (${rows}) as counted`);
  return Number(row?.count ?? 0n);
}
