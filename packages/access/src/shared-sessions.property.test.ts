/**
 * Sessions at the same time, which share their reads and their commits, on the real ledger: some write what the database
 * refuses, some record what the ledger refuses, some throw, some open a transaction of their own halfway. Whatever their
 * neighbours do: a session that resolved has all its rows and entries, one that rejected has none of its rows, no
 * session sees what another has not committed, and each value held has its entry.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { WardError, type InsertAtCommit } from "@ward/core";
import fc from "fast-check";
import type { Acts, RecordWriter } from "./contract.ts";
import {
  CREATE,
  FUNCTION,
  openDoorFixture,
  pseudonym,
  SEARCH,
  UNGRANTED,
  type DoorFixture,
} from "./door-fixture-contract.ts";
import { realLedger } from "./ledger-contract.ts";

let fixture: DoorFixture;
before(async () => {
  fixture = await openDoorFixture(realLedger);
});
after(async () => await fixture.close());

const INSERT: InsertAtCommit = {
  text: "insert into phi select unnest($1::text[])",
  failure: (state) => new WardError(state === "23505" ? "version-conflict" : "internal", { state }),
};

const STEPS = [
  "write",
  "write-again",
  "write-taken",
  "write-null",
  "write-then-look",
  "write-at-once",
  "write-unrecordable",
  "write-throws",
  "read",
  "read-broken",
  "refused",
  "throw",
] as const;
type Step = (typeof STEPS)[number];
const crowds = fc.array(fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 4 }), {
  minLength: 2,
  maxLength: 12,
});

let serial = 0;

interface Run {
  readonly held: string[];
  readonly written: string[];
  outcome: "resolved" | "rejected" | undefined;
}

test("what neighbours do changes nothing for a session", async () => {
  await fc.assert(
    fc.asyncProperty(crowds, async (crowd) => {
      const runs = crowd.map((): Run => ({ held: [], written: [], outcome: undefined }));
      const entries = await fixture.entriesOf(() =>
        Promise.all(
          crowd.map(async (steps, at) => {
            const run = runs[at] as Run;
            const session = fixture.door.session(FUNCTION, async (acts) => {
              for (const step of steps) await perform(acts, step, run);
            });
            run.outcome = await session.then(
              () => "resolved" as const,
              () => "rejected" as const,
            );
          }),
        ),
      );
      const stored = new Set(await fixture.stored());
      const entriesOf = (id: string) => entries.filter(({ subject }) => subject === pseudonym("subject", id));
      for (const [at, { held, written, outcome }] of runs.entries()) {
        const said = JSON.stringify(crowd[at]);
        for (const id of written) {
          assert.equal(stored.has(id), outcome === "resolved", `${said} ${outcome}: ${id} is stored`);
          const successes = entriesOf(id).filter((entry) => entry.outcome === "success").length;
          assert.equal(successes, outcome === "resolved" ? 1 : 0, `${said}: ${id} has its entry`);
        }
        for (const id of held) assert.equal(entriesOf(id).length, 1, `${said}: ${id} was held without an entry`);
      }
    }),
    { numRuns: 120 },
  );
});

async function perform(acts: Acts, step: Step, run: Run): Promise<void> {
  const id = `c${serial++}`;
  const touched = [{ type: "Observation", id, subjectId: id }];
  const write = async (work: (writer: RecordWriter) => Promise<void> | void, fields?: readonly string[]) => {
    run.written.push(id);
    const what = fields === undefined ? touched : touched.map((record) => ({ ...record, fields }));
    run.held.push(
      await acts.write(CREATE, async (writer) => {
        await work(writer);
        return { value: id, touched: what };
      }),
    );
  };
  switch (step) {
    case "write":
      return await write(({ tx }) => tx.insertAtCommit(INSERT, [id]));
    case "write-again":
      return await write(({ tx }) => tx.insertAtCommit(INSERT, [id, id]));
    case "write-taken":
      return await write(({ tx }) => tx.insertAtCommit(INSERT, [id, "p1"]));
    case "write-null":
      return await write(({ tx }) => tx.insertAtCommit(INSERT, [id, null]));
    case "write-then-look":
      return await write(async ({ sql, tx, isShared }) => {
        tx.insertAtCommit(INSERT, [id]);
        const seen = await sql.query("select 1 from phi where id = $1", [id]);
        assert.equal(seen.length, 1, `a session sees what it wrote, shared: ${isShared}`);
      });
    case "write-at-once":
      return await write(async ({ tx }) => void (await tx.query("insert into phi values ($1)", [id])));
    case "write-unrecordable":
      return await write(({ tx }) => tx.insertAtCommit(INSERT, [id]), ["not an element name"]);
    case "write-throws":
      return await write(({ tx }) => {
        tx.insertAtCommit(INSERT, [id]);
        throw new WardError("invalid-resource");
      });
    case "read":
      return void run.held.push(
        await acts.read(SEARCH, async ({ sql }) => {
          const rows = await sql.query<{ count: bigint }>("select count(*) as count from phi where id = any($1)", [
            run.written,
          ]);
          // All of this session's or, before its commit, what it alone can see of them; never a half of another's.
          assert.ok(Number(rows[0]?.count) <= run.written.length);
          return { value: id, touched };
        }),
      );
    case "read-broken":
      return void run.held.push(
        await acts.read(SEARCH, async ({ sql }) => {
          await sql.query("select no_such_column from phi");
          return { value: id, touched };
        }),
      );
    case "refused":
      return void run.held.push(await acts.read(UNGRANTED, async () => ({ value: id, touched })));
    case "throw":
      throw new WardError("invalid-request");
  }
}

describe("a crowd", () => {
  const shared = (id: string) =>
    fixture.door.session(FUNCTION, (acts) =>
      acts.write(CREATE, async ({ tx }) => {
        tx.insertAtCommit(INSERT, [id]);
        return { value: id, touched: [{ type: "Observation", id, subjectId: id }] };
      }),
    );

  test("that writes at once commits in fewer transactions than it has sessions", async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `crowd${at}`);
    await Promise.all(ids.map(shared));
    const [row] = await fixture.postgres.database.query<{ count: bigint }>(
      "select count(distinct xmin::text) as count from phi where id like 'crowd%'",
    );
    assert.ok(row !== undefined && row.count < 20n, `${row?.count} transactions`);
  });

  test("does not wait for one whose row is locked by somebody else", async () => {
    const held = await fixture.postgres.database.begin();
    await held.tx.query("insert into phi values ('locked')");
    const waiting = shared("locked");
    await Promise.all(Array.from({ length: 10 }, (_, at) => shared(`free${at}`)));
    await held.commit();
    await assert.rejects(waiting, { code: "version-conflict" });
    assert.equal((await fixture.stored()).filter((id) => id.startsWith("free")).length, 10);
  });

  test("whose ledger can't be written stores nothing, and none of them hears otherwise", async () => {
    await fixture.under.break();
    const ids = Array.from({ length: 8 }, (_, at) => `unrecorded${at}`);
    const results = await Promise.allSettled(ids.map(shared));
    await fixture.under.mend();
    assert.ok(results.every((result) => result.status === "rejected" && result.reason.code === "record-unavailable"));
    assert.equal((await fixture.stored()).filter((id) => id.startsWith("unrecorded")).length, 0);
  });

  test("of which a connection breaks hears it, and no commit is done twice", async () => {
    const database = fixture.postgres.database;
    const before = (await fixture.under.entries()).length;
    const ids = Array.from({ length: 30 }, (_, at) => `broken${at}`);
    const work = Promise.allSettled(ids.map(shared));
    await database.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database() and state <> 'idle'",
    );
    const results = await work;
    const stored = new Set(await fixture.stored());
    const entries = (await fixture.under.entries()).slice(before);
    for (const [at, id] of ids.entries()) {
      const successes = entries.filter(
        ({ subject, outcome }) => subject === pseudonym("subject", id) && outcome === "success",
      ).length;
      assert.equal(successes, stored.has(id) ? 1 : 0, id);
      if (results[at]?.status === "fulfilled") assert.ok(stored.has(id), id);
    }
  });
});
