import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import type { Database, TransactionHandle } from "@ward/core";
import { closeTestDatabase, CANARY, labMessage, startRuntime, testDatabase } from "./testing/runtime-fixture.ts";
import type { FunctionUnderTest } from "./testing/runtime-fixture.ts";

after(closeTestDatabase);

const operator = { principal: { kind: "person", id: "operator", roles: ["operator"] } } as const;

/** Writes a patient, then does what the test asks for. */
function labResult(then: () => Promise<void> = () => Promise.resolve()): FunctionUnderTest {
  return {
    trigger: { kind: "hl7", message: "ORU^R01" },
    grants: { fhir: ["Patient.create"], emits: ["lab.result.filed"] },
    async handle(_payload, { call }) {
      const { body } = (await call("fhir", { method: "POST", path: "Patient", body: { resourceType: "Patient" } })) as {
        body: { id: string };
      };
      await call("emit", { type: "lab.result.filed", subject: `Patient/${body.id}` });
      await then();
    },
  };
}

const rejecting = (reason: string) => () =>
  Promise.reject(Object.assign(new Error(), { name: "Reject", reject: reason }));

async function assertNothingFiled(fixture: Awaited<ReturnType<typeof startRuntime>>): Promise<void> {
  for (const table of ["test.resource", "runtime.event", "runtime.delivery", "runtime.inbox"]) {
    assert.equal(await fixture.count(table), 0, `${table} is empty`);
  }
  const wrote = (await fixture.entries()).filter(({ action }) => action === "fhir.create" || action === "event.emit");
  assert.deepEqual(wrote, []);
}

test("answers AA to the same message again without filing it again", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult() });
  t.after(fixture.close);
  assert.deepEqual(await fixture.runtime.receiveMessage(labMessage()), { ack: "AA", filed: { Patient: 1 } });
  assert.deepEqual(await fixture.runtime.receiveMessage(labMessage()), { ack: "AA", duplicate: true });
  assert.equal(await fixture.count("test.resource"), 1);
  assert.equal((await fixture.entries()).at(-1)?.action, "hl7.duplicate");
});

test("refuses a used control id with other content: AR 205", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult() });
  t.after(fixture.close);
  await fixture.runtime.receiveMessage(labMessage());
  const verdict = await fixture.runtime.receiveMessage(labMessage({ raw: "MSH|another\r" }));
  assert.equal(verdict.ack, "AR");
  assert.equal(verdict.condition, "205");
  assert.deepEqual(await fixture.refusals(), ["hl7.receive duplicate"]);
  assert.equal(await fixture.count("runtime.quarantine"), 0);
});

test("takes the same control id from another sender as another message", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult() });
  t.after(fixture.close);
  await fixture.runtime.receiveMessage(labMessage());
  assert.equal((await fixture.runtime.receiveMessage(labMessage({ sender: "OTHER|HOSP" }))).duplicate, undefined);
});

test("refuses types and events for which there is no function: AR 200 and 201", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult() });
  t.after(fixture.close);
  assert.equal((await fixture.runtime.receiveMessage(labMessage({ type: "ADT^A01" }))).condition, "200");
  assert.equal((await fixture.runtime.receiveMessage(labMessage({ type: "ORU^R30" }))).condition, "201");
  assert.deepEqual(await fixture.refusals(), ["hl7.receive unsupported", "hl7.receive unsupported"]);
  assert.equal(await fixture.count("runtime.quarantine"), 0);
});

test("asks for a message again where it did not hear of the commit: AE 206, and no word of a failure", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult() });
  const { database } = await testDatabase();
  // The connection breaks inside COMMIT, when the client can't know on which side of it.
  await database.lend(
    async (client) =>
      await client.query(`
        create function break_off() returns trigger language plpgsql as
          $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
        create constraint trigger break_off after insert on runtime.inbox deferrable initially deferred
          for each row execute function break_off()`),
  );
  t.after(async () => {
    await database.query("drop function if exists break_off cascade");
    await fixture.close();
  });
  assert.equal((await fixture.runtime.receiveMessage(labMessage())).condition, "206");
  assert.equal(await fixture.count("runtime.quarantine"), 0);
  assert.deepEqual(
    (await fixture.entries()).filter(({ action }) => action === "function.invoke" || action.startsWith("hl7.")),
    [],
  );
  await database.query("drop function break_off cascade");
  assert.deepEqual(await fixture.runtime.receiveMessage(labMessage()), { ack: "AA", filed: { Patient: 1 } });
});

test("leaves nothing of a failed handler but its message in quarantine, sealed", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult(() => Promise.reject(new Error(CANARY))) });
  t.after(fixture.close);
  const verdict = await fixture.runtime.receiveMessage(labMessage());
  assert.equal(verdict.ack, "AE");
  assert.equal(verdict.condition, "207");
  assert.ok(!verdict.reason?.includes(CANARY));
  await assertNothingFiled(fixture);
  const actions = (await fixture.entries()).map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`);
  assert.deepEqual(actions, [
    "function.invoke failure function-failed",
    "hl7.receive failure function-failed",
    "hl7.quarantine success function-failed",
  ]);
  const { database } = await testDatabase();
  const [row] = await database.query<{ text: string; sealed: Buffer }>(
    "select to_jsonb(quarantine)::text as text, sealed from runtime.quarantine",
  );
  assert.ok(row && !row.text.includes("LAB") && !row.sealed.toString("latin1").includes(CANARY));
});

test("answers a rejected message with the condition of its reason and keeps it", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult(rejecting("required-field-missing")) });
  t.after(fixture.close);
  const verdict = await fixture.runtime.receiveMessage(labMessage());
  assert.equal(verdict.ack, "AE");
  assert.equal(verdict.condition, "101");
  assert.deepEqual(
    (await fixture.runtime.events.list()).map(({ kind, reason }) => [kind, reason]),
    [["message", "required-field-missing"]],
  );
});

for (const [what, ending, limits] of [
  ["the deadline", "function-timeout", { timeoutMs: 300 }],
  ["too much memory", "function-memory", {}],
] as const) {
  test(`keeps a message whose function was stopped for ${what}, and records the stop`, async (t) => {
    const fixture = await startRuntime({
      "lab-result": {
        ...labResult(() => {
          if (ending === "function-memory") fixture.host.running[0]?.kill("memory");
          return new Promise(() => undefined);
        }),
        limits,
      },
    });
    t.after(fixture.close);
    assert.equal((await fixture.runtime.receiveMessage(labMessage())).ack, "AE");
    await assertNothingFiled(fixture);
    await fixture.runtime.close();
    const entries = (await fixture.entries()).map(({ action, reason }) => `${action} ${reason}`);
    assert.ok(entries.includes(`function.stop ${ending}`));
    assert.ok(entries.includes(`function.invoke ${ending}`));
    assert.equal((await fixture.runtime.events.list())[0]?.reason, ending);
  });
}

test("counts a failed resend with the message that it keeps already", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult(() => Promise.reject(new Error("no"))) });
  t.after(fixture.close);
  await fixture.runtime.receiveMessage(labMessage());
  await fixture.runtime.receiveMessage(labMessage());
  assert.deepEqual(
    (await fixture.runtime.events.list()).map(({ attempts }) => attempts),
    [2],
  );
});

test("replays a quarantined message, then destroys its key", async (t) => {
  let fails = true;
  const fixture = await startRuntime({
    "lab-result": labResult(() => (fails ? Promise.reject(new Error("no")) : Promise.resolve())),
  });
  t.after(fixture.close);
  await fixture.runtime.receiveMessage(labMessage());
  const [waiting] = await fixture.runtime.events.list();
  assert.ok(waiting);
  assert.equal((await fixture.runtime.events.replay(waiting.id, operator)).outcome, "failed");
  fails = false;
  const replayed = await fixture.runtime.events.replay(waiting.id, operator);
  assert.deepEqual(replayed.verdict, { ack: "AA", filed: { Patient: 1 } });
  assert.deepEqual(await fixture.runtime.events.list(), []);
  const { database } = await testDatabase();
  const [row] = await database.query("select state, sealed from runtime.quarantine");
  assert.deepEqual(row, { state: "resolved", sealed: null });
  await assert.rejects(
    fixture.vault.seal(
      database,
      `message/${waiting.id}`,
      { use: "quarantine", type: "message", id: waiting.id, version: 2 },
      Buffer.from("x"),
    ),
    { code: "key-unavailable" },
  );
  const replays = (await fixture.entries()).filter(({ action }) => action === "hl7.replay");
  assert.deepEqual(
    replays.map(({ principal }) => principal),
    ["person:operator", "person:operator"],
  );
});

test("resolves a quarantined message when its sender's resend is filed", async (t) => {
  let fails = true;
  const fixture = await startRuntime({
    "lab-result": labResult(() => (fails ? Promise.reject(new Error("no")) : Promise.resolve())),
  });
  t.after(fixture.close);
  await fixture.runtime.receiveMessage(labMessage());
  fails = false;
  assert.equal((await fixture.runtime.receiveMessage(labMessage())).ack, "AA");
  assert.deepEqual(await fixture.runtime.events.list(), []);
});

test("files exactly one of many concurrent copies and answers AA to all", async (t) => {
  const fixture = await startRuntime({ "lab-result": labResult() });
  t.after(fixture.close);
  const verdicts = await Promise.all(Array.from({ length: 8 }, () => fixture.runtime.receiveMessage(labMessage())));
  assert.deepEqual(new Set(verdicts.map(({ ack }) => ack)), new Set(["AA"]));
  assert.equal(verdicts.filter(({ duplicate }) => duplicate !== true).length, 1);
  assert.equal(await fixture.count("test.resource"), 1);
  assert.equal(await fixture.count("runtime.event"), 1);
});

test("lets one of two nodes file a message while the other waits for its commit", async (t) => {
  const { database } = await testDatabase();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let entered: () => void = () => undefined;
  const isInside = new Promise<void>((resolve) => (entered = resolve));
  const first = await startRuntime({
    "lab-result": labResult(() => {
      entered();
      return held;
    }),
  });
  t.after(first.close);
  const filing = first.runtime.receiveMessage(labMessage());
  await isInside;
  const second = await startRuntime({ "lab-result": labResult() }, { isAnotherNode: true });
  t.after(second.close);
  const copy = second.runtime.receiveMessage(labMessage());
  await waitForLock(database);
  release();
  assert.deepEqual(await filing, { ack: "AA", filed: { Patient: 1 } });
  assert.deepEqual(await copy, { ack: "AA", duplicate: true });
  assert.equal(await first.count("test.resource"), 1);
});

test("never answers AA where the commit fails", async (t) => {
  const { database } = await testDatabase();
  const failing: Database = {
    ...database,
    query: (text, values) => database.query(text, values),
    transaction: (work) => database.transaction(work),
    async begin(): Promise<TransactionHandle> {
      const handle = await database.begin();
      return {
        tx: handle.tx,
        rollback: () => handle.rollback(),
        async commit() {
          await handle.rollback();
          throw new Error("the connection broke");
        },
      };
    },
  };
  const fixture = await startRuntime({ "lab-result": labResult() }, { database: failing });
  t.after(fixture.close);
  const verdict = await fixture.runtime.receiveMessage(labMessage());
  assert.equal(verdict.ack, "AE");
  await assertNothingFiled(fixture);
  assert.equal(await fixture.count("runtime.quarantine"), 1);
});

test("answers AE 206 and leaves the message with its sender where even quarantine can't be written", async (t) => {
  const { database } = await testDatabase();
  const failing: Database = {
    query: (text, values) => database.query(text, values),
    read: (text, values) => database.read(text, values),
    begin: () => database.begin(),
    transaction: () => Promise.reject(new Error("the disk is full")),
    transactionOfMany: () => Promise.reject(new Error("the disk is full")),
  };
  const fixture = await startRuntime(
    { "lab-result": labResult(() => Promise.reject(new Error("no"))) },
    { database: failing },
  );
  t.after(fixture.close);
  const verdict = await fixture.runtime.receiveMessage(labMessage());
  assert.equal(verdict.ack, "AE");
  assert.equal(verdict.condition, "206");
  await assertNothingFiled(fixture);
});

async function waitForLock(database: Database): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ waiting: boolean }>(
      "select exists (select from pg_stat_activity where wait_event_type = 'Lock') as waiting",
    );
    if (row?.waiting === true) return;
  }
}
