/** Two nodes on one real PostgreSQL: what one of them erases, and the other's connections killed meanwhile. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import type { Clock, Database, Sql, Transaction } from "@ward/core";
import { connect, type PostgresDatabase } from "@ward/postgres";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { CompartmentId, SealContext, Vault } from "./contract.ts";
import { unavailable } from "./custody-contract.ts";
import { KEY_LEASE_MS, KEY_LEASE_RENEWED_AFTER_MS } from "./key-lease.ts";
import { openTestVault } from "./testing.ts";

const CONTEXT: SealContext = { use: "fhir", type: "Observation", id: "1", version: 1 };
const PLAINTEXT = Buffer.from("sodium 140");
const destroyed = unavailable("data-key-destroyed");

let postgres: TestDatabase;
let now = 0;
const clock: Clock = { now: () => new Date(now) };
/** The node that erases, and the one that must learn of it. */
let here: Vault;
let there: Vault;
let database: PostgresDatabase;
let queries: number;
let counting: Sql;
before(async () => {
  postgres = await startTestDatabase();
  here = await openTestVault(postgres.database, clock);
});
after(async () => await postgres.close());
beforeEach(async () => {
  database = connect(postgres.connection);
  there = await openTestVault(database, clock);
  queries = 0;
  counting = {
    async query<Row>(text: string, values?: readonly unknown[]) {
      queries++;
      return await database.query<Row>(text, values);
    },
  };
});
afterEach(async () => await database.close());

const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => postgres.database.transaction(work);
const erase = async (...compartments: CompartmentId[]) =>
  await inTransaction(async (tx) => {
    for (const each of compartments) await here.destroyCompartment(tx, each);
  });
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Sealed by one node, opened by the other. */
async function known(
  kind: "Patient" | "message" = "Patient",
): Promise<{ compartment: CompartmentId; use: (sql?: Sql) => Promise<unknown> }> {
  const compartment: CompartmentId = `${kind}/${randomUUID()}`;
  await here.makeCompartments([compartment]);
  const sealed = await here.seal(postgres.database, compartment, CONTEXT, PLAINTEXT);
  const use = async (sql: Sql = counting) => await there.open(sql, compartment, CONTEXT, sealed);
  assert.deepEqual(await use(), PLAINTEXT);
  return { compartment, use };
}

/** Uses the key while time goes on, until it is refused. Answers after how long that was. */
async function timeUntilRefused(use: () => Promise<unknown>, stepMs: number): Promise<number> {
  const start = now;
  for (;;) {
    const refusal = await use().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal !== undefined) {
      assert.ok(destroyed(refusal));
      return now - start;
    }
    assert.ok(now - start < KEY_LEASE_MS, "still used after the longest time");
    now += stepMs;
    await turn();
  }
}

async function killConnections(): Promise<void> {
  // All but those of the node that erases, which asks.
  const ours = new Set<number>();
  for (let each = 0; each < 3; each++) {
    const [row] = await postgres.database.query<{ pid: number }>("select pg_backend_pid() as pid");
    if (row) ours.add(row.pid);
  }
  const theirs = await Promise.all([
    database.query<{ pid: number }>("select pg_backend_pid() as pid"),
    database.read<{ pid: number }>("select pg_backend_pid() as pid"),
  ]);
  for (const { pid } of theirs.flat()) await postgres.database.query("select pg_terminate_backend($1)", [pid]);
}

describe("a key that is used", () => {
  test("is read once, for as long as nothing is destroyed", async () => {
    const { use } = await known();
    for (let at = 0; at < 100; at++) {
      now += KEY_LEASE_RENEWED_AFTER_MS;
      await use();
      await turn();
    }
    assert.ok(100 * KEY_LEASE_RENEWED_AFTER_MS > 4 * KEY_LEASE_MS);
    assert.equal(queries, 1);
  });

  test("ends with its destruction by another node, as soon as that is asked about", async () => {
    const { compartment, use } = await known();
    await erase(compartment);
    assert.ok((await timeUntilRefused(use, KEY_LEASE_RENEWED_AFTER_MS)) <= 4 * KEY_LEASE_RENEWED_AFTER_MS);
    const tags = await there.subjectTags(compartment.slice("Patient/".length));
    assert.equal(tags, undefined);
  });

  test("ends so too where all connections were killed, before the destruction or after it", async () => {
    for (const order of [
      [killConnections, erase],
      [erase, killConnections],
    ] as const) {
      const { compartment, use } = await known();
      for (const act of order) await act(compartment);
      assert.ok((await timeUntilRefused(use, KEY_LEASE_RENEWED_AFTER_MS)) < KEY_LEASE_MS);
    }
  });

  test("is used no longer than its lease where no question is answered, and comes back with the answers", async () => {
    let reach: "answers" | "fails" | "hangs" = "answers";
    const partitioned: Database = Object.create(database, {
      read: {
        async value<Row>(text: string, values?: readonly unknown[]) {
          if (reach === "hangs") return await new Promise<never>(() => undefined);
          if (reach === "fails") throw new Error("no connection");
          return await database.read<Row>(text, values);
        },
      },
    });
    for (const fault of ["fails", "hangs"] as const) {
      reach = "answers";
      there = await openTestVault(partitioned, clock);
      const [erased, other] = [await known(), await known()];
      reach = fault;
      await erase(erased.compartment);
      now += KEY_LEASE_MS - 1;
      assert.deepEqual(await erased.use(), PLAINTEXT, "within the bound");
      now += 1;
      await assert.rejects(erased.use(), destroyed);
      queries = 0;
      for (let use = 0; use < 3; use++) await other.use();
      assert.equal(queries, 3, "each use asks the database itself");
      reach = "answers";
      now += KEY_LEASE_RENEWED_AFTER_MS;
      await other.use();
      await turn();
      while (queries > 0) {
        queries = 0;
        await other.use();
        await turn();
      }
      await assert.rejects(erased.use(), destroyed);
    }
  });

  test("is not kept where it was read from a moment before its destruction", async () => {
    const { compartment, use } = await known();
    const held = await database.begin();
    const { tx } = held;
    try {
      await tx.query("set transaction isolation level repeatable read");
      await tx.query("select 1");
      await erase(compartment);
      await timeUntilRefused(use, KEY_LEASE_RENEWED_AFTER_MS);
      assert.deepEqual(await use(tx), PLAINTEXT, "the row is there for who looks at that moment");
      await assert.rejects(use(), destroyed);
    } finally {
      await held.rollback();
    }
  });
});

test("a message's key is never kept, so that its destruction ends it at once and costs nobody else's key", async () => {
  const [patient, message] = [await known(), await known("message")];
  await erase(message.compartment);
  await assert.rejects(message.use(), destroyed);
  queries = 0;
  for (let at = 0; at < 3; at++) {
    now += KEY_LEASE_RENEWED_AFTER_MS;
    await patient.use();
    await turn();
  }
  assert.equal(queries, 0);
});

describe("destructions are counted", () => {
  const count = async () => {
    const [row] = await postgres.database.query<{ count: bigint }>("select count from vault.key_destruction");
    return Number(row?.count);
  };

  test("once a transaction, at its commit, and not where it rolls back or destroys nothing", async () => {
    const [one, two, three] = [await known(), await known(), await known()];
    const start = await count();
    await inTransaction(async (tx) => {
      await here.destroyCompartment(tx, one.compartment);
      await here.destroyCompartment(tx, two.compartment);
      const [row] = await tx.query<{ count: bigint }>("select count from vault.key_destruction");
      assert.equal(Number(row?.count), start, "nobody waits for a transaction that is still open");
    });
    assert.equal(await count(), start + 1);
    await erase(two.compartment);
    const rolledBack = inTransaction(async (tx) => {
      await here.destroyCompartment(tx, three.compartment);
      throw new Error("rolled back");
    });
    await assert.rejects(rolledBack, /rolled back/);
    assert.equal(await count(), start + 1);
  });

  test("each, where many commit at once", async () => {
    const compartments = await Promise.all(Array.from({ length: 8 }, async () => (await known()).compartment));
    const start = await count();
    await Promise.all(compartments.map(async (each) => await erase(each)));
    assert.equal(await count(), start + compartments.length);
  });
});
