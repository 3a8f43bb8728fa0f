/**
 * Every step at which the main job writes, as a place where a test can stop it: a trigger that waits for an advisory
 * lock which the test holds. The statement then hangs exactly there, in the node's own transaction, until the test
 * lets go or something is killed. A trigger whose lock nobody holds lets everything pass, so that the triggers stay in
 * the database over restarts.
 */
import { assert } from "@ward/core";
import type { PostgresDatabase } from "@ward/postgres";
import { until } from "../processes.ts";
import { readPatiently } from "./state-database.ts";

export interface Step {
  readonly name: string;
  readonly table: string;
  readonly on: "insert" | "update" | "delete";
  /** SQL over `new` and `old`. */
  readonly when?: string;
  /** Hangs inside COMMIT instead of at the statement. */
  readonly atCommit?: true;
  /** Then goes on until the commit is on disk, and hangs before the client hears of it. */
  readonly untilDurable?: true;
  /** The sender has its answer before this step. */
  readonly afterAnswer?: true;
}

const entryOf = (action: string, by = ""): string =>
  `convert_from(new.body, 'UTF8') like '%"action":"${action}"%' and convert_from(new.body, 'UTF8') like '%"principal":"${by}%'`;

/** In the order in which one message meets them. */
export const STEPS: readonly Step[] = [
  { name: "the row that claims the message", table: "runtime.inbox", on: "insert" },
  { name: "the entry hl7.receive", table: "ledger.pending", on: "insert", when: entryOf("hl7.receive") },
  { name: "the entry of a search", table: "ledger.pending", on: "insert", when: entryOf("fhir.search", "function") },
  { name: "the patient's key", table: "vault.compartment_key", on: "insert" },
  { name: "the report among the records", table: "fhir.record", on: "insert", when: "new.type = 'DiagnosticReport'" },
  { name: "the entries of the writes", table: "ledger.pending", on: "insert", when: entryOf("fhir.create") },
  { name: "the event", table: "runtime.event", on: "insert" },
  { name: "the delivery", table: "runtime.delivery", on: "insert" },
  {
    name: "the entry of the invocation",
    table: "ledger.pending",
    on: "insert",
    when: entryOf("function.invoke", "function:lab-result"),
  },
  { name: "the commit", table: "runtime.inbox", on: "insert", atCommit: true },
  {
    name: "the commit that is durable and not yet answered",
    table: "runtime.inbox",
    on: "insert",
    atCommit: true,
    untilDurable: true,
  },
  {
    name: "the entry before the notification",
    table: "ledger.pending",
    on: "insert",
    when: entryOf("egress.send"),
    afterAnswer: true,
  },
  { name: "the delivery's mark after the notification", table: "runtime.delivery", on: "update", afterAnswer: true },
  {
    name: "the commit of the delivery",
    table: "runtime.delivery",
    on: "update",
    atCommit: true,
    afterAnswer: true,
  },
  {
    name: "the delivery that is durable and of which its node does not hear",
    table: "runtime.delivery",
    on: "update",
    atCommit: true,
    untilDurable: true,
    afterAnswer: true,
  },
  { name: "the ledger's sequence", table: "ledger.entry", on: "insert", afterAnswer: true },
  { name: "the ledger's checkpoint", table: "ledger.checkpoint", on: "insert", afterAnswer: true },
];

/** `ward` upside down: no room of Ward uses this class of advisory locks. */
const CLASS = 0x64726177 & 0x7fffffff;

export async function installSteps(database: PostgresDatabase): Promise<void> {
  const triggers = STEPS.map((step, at) => {
    const when = step.when === undefined ? "" : `when (${step.when})`;
    const call = `for each row ${when} execute function fault.hold(${at})`;
    return step.atCommit === true
      ? `create constraint trigger hold_${at} after ${step.on} on ${step.table} deferrable initially deferred ${call}`
      : `create trigger hold_${at} before ${step.on} on ${step.table} ${call}`;
  });
  await database.lend(
    async (client) =>
      await client.query(`
        create schema fault;
        create function fault.hold() returns trigger language plpgsql as $$
        begin
          perform pg_advisory_lock_shared(${CLASS}, tg_argv[0]::integer);
          perform pg_advisory_unlock_shared(${CLASS}, tg_argv[0]::integer);
          if tg_op = 'DELETE' then return old; end if;
          return new;
        end $$;
        ${triggers.join(";\n")}`),
  );
}

export interface Hold {
  /** Resolves with the pid of the database's process that hangs at the step. */
  reached(): Promise<number>;
  /**
   * Lets everything pass that comes to the step, and does nothing where the database died with its locks. A server that
   * withholds answers goes on with that: `answerAgain`.
   */
  readonly letGo: () => Promise<void>;
}

/** The next transaction that comes to the step hangs there. */
export async function holdAt(database: PostgresDatabase, step: Step): Promise<Hold> {
  const at = STEPS.indexOf(step);
  let letGo: () => void = () => undefined;
  const held = Promise.withResolvers<void>();
  const done = database
    .lend(async (client) => {
      await client.query("select pg_advisory_lock($1, $2)", [CLASS, at]);
      held.resolve();
      await new Promise<void>((resolve) => (letGo = resolve));
      await client.query("select pg_advisory_unlock($1, $2)", [CLASS, at]);
    })
    .catch(() => undefined);
  await Promise.race([held.promise, done]);
  return {
    async reached() {
      const pid = await waiterOf(database, at, step.name);
      if (step.untilDurable !== true) return pid;
      await withholdAnswers(database);
      letGo();
      await done;
      await until(async () => await waitsForAnswer(database, pid), `${step.name} was reached`, 10_000);
      // For the server's next start; the one that runs goes on withholding until it is told.
      await configure(database, "alter system reset synchronous_standby_names");
      return pid;
    },
    async letGo() {
      letGo();
      await done;
    },
  };
}

/** Commits are answered again, by the server that withheld them or the one that it became after a crash. */
export async function answerAgain(database: PostgresDatabase): Promise<void> {
  await readPatiently(database, "select pg_reload_conf()");
}

async function waiterOf(database: PostgresDatabase, at: number, name: string): Promise<number> {
  let found: number | undefined;
  await until(
    async () => {
      const [row] = await database.query<{ pid: number }>(
        `select pid from pg_locks where locktype = 'advisory' and not granted
            and classid = ${CLASS}::oid and objid = $1::bigint::oid`,
        [at],
      );
      found = row?.pid;
      return found !== undefined;
    },
    `${name} was reached`,
    10_000,
  ).catch(async (error: unknown) => {
    // Statements without their values.
    const busy = await database.query(
      "select state, wait_event, left(query, 100) as query from pg_stat_activity where state <> 'idle'",
    );
    throw new Error(JSON.stringify(busy), { cause: error });
  });
  assert(found !== undefined, "the wait ends with a pid");
  return found;
}

/**
 * A commit that is on disk waits for a standby that does not exist before its client hears of it. The setting reaches
 * all commits at once, so it counts from when a commit of ours hangs.
 */
async function withholdAnswers(database: PostgresDatabase): Promise<void> {
  await configure(database, "alter system set synchronous_standby_names = 'nobody'");
  await configure(database, "select pg_reload_conf()");
  let pid: number | undefined;
  let isWithheld = false;
  const probing = database.lend(async (client) => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    pid = rows[0]?.pid;
    while (!isWithheld) await client.query("select pg_logical_emit_message(true, 'probe', '')");
  });
  // It hangs until answers are given again, or until its server is killed.
  probing.catch(() => undefined);
  await until(async () => pid !== undefined && (await waitsForAnswer(database, pid)), "answers are withheld", 10_000);
  isWithheld = true;
}

async function waitsForAnswer(database: PostgresDatabase, pid: number): Promise<boolean> {
  const rows = await database.query("select 1 from pg_stat_activity where pid = $1 and wait_event = 'SyncRep'", [pid]);
  return rows.length === 1;
}

async function configure(database: PostgresDatabase, statement: string): Promise<void> {
  await database.lend(async (client) => await client.query(statement));
}
