import { strict as assert } from "node:assert";
import { after, test } from "node:test";
import { callFunction, closeTestDatabase, startRuntime } from "./testing/runtime-fixture.ts";
import type { BindingRefused, FakeContext } from "./testing/fake-instance-host.ts";

after(closeTestDatabase);

const grants = { fhir: ["Patient.create", "Patient.read"], emits: ["patient.filed"] } as const;
const create = ({ call }: FakeContext, resource: object = {}): Promise<unknown> =>
  call("fhir", { method: "POST", path: "Patient", body: { resourceType: "Patient", ...resource } });

test("rolls back record, event and entries of a handler that fails, and keeps the entry of its read", async (t) => {
  const fixture = await startRuntime({
    fails: {
      grants,
      async handle(_payload, context) {
        const { body } = (await create(context)) as { body: { id: string } };
        await context.call("emit", { type: "patient.filed", subject: `Patient/${body.id}` });
        await context.call("fhir", { method: "GET", path: `Patient/${body.id}` });
        throw new Error("no");
      },
    },
  });
  t.after(fixture.close);
  await assert.rejects(callFunction(fixture.runtime, "fails"), { code: "function-failed" });
  for (const table of ["test.resource", "runtime.event", "runtime.delivery"]) {
    assert.equal(await fixture.count(table), 0, table);
  }
  assert.deepEqual(
    (await fixture.entries()).map(({ action, outcome }) => `${action} ${outcome}`),
    ["fhir.read success", "function.invoke failure"],
  );
});

test("lets a handler catch a refused write, of which nothing stays, and go on", async (t) => {
  const fixture = await startRuntime({
    careful: {
      grants,
      async handle(_payload, context) {
        await create(context);
        await assert.rejects(create(context, { invalid: true }), { code: "invalid-resource" });
        await create(context);
      },
    },
  });
  t.after(fixture.close);
  await callFunction(fixture.runtime, "careful");
  assert.equal(await fixture.count("test.resource"), 2);
  const writes = (await fixture.entries()).filter(({ action }) => action === "fhir.create");
  assert.deepEqual(
    writes.map(({ outcome }) => outcome).toSorted(),
    ["failure", "success", "success"],
    "the refused write is recorded as such, the others as done",
  );
});

test("lets an invocation read what it wrote, and nobody else before the commit", async (t) => {
  const fixture = await startRuntime({
    writes: {
      grants,
      async handle(_payload, context) {
        const { body } = (await create(context)) as { body: { id: string } };
        const own = await context.door("fhir", { method: "GET", path: `Patient/${body.id}` });
        return { body: { own: own.status, committed: await fixture.count("test.resource") } };
      },
    },
  });
  t.after(fixture.close);
  assert.deepEqual(await callFunction(fixture.runtime, "writes"), { own: 200, committed: 0 });
  assert.equal(await fixture.count("test.resource"), 1);
});

test("commits writes that the handler did not wait for, or none of them", async (t) => {
  const fixture = await startRuntime({
    hasty: {
      grants,
      async handle(_payload, context) {
        const first = create(context);
        void create(context).catch(() => undefined);
        await first;
      },
    },
  });
  t.after(fixture.close);
  await callFunction(fixture.runtime, "hasty");
  const written = await fixture.count("test.resource");
  const recorded = (await fixture.entries()).filter(({ action }) => action === "fhir.create").length;
  assert.equal(written, recorded);
  assert.ok(written >= 1);
});

test("serialises concurrent writes of one invocation", async (t) => {
  const fixture = await startRuntime({
    parallel: {
      grants,
      async handle(_payload, context) {
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            create(context, index === 4 ? { invalid: true } : {}).catch((error: BindingRefused) =>
              assert.equal(error.code, "invalid-resource"),
            ),
          ),
        );
      },
    },
  });
  t.after(fixture.close);
  await callFunction(fixture.runtime, "parallel");
  assert.equal(await fixture.count("test.resource"), 9);
});

test("runs an invocation again that died with a sibling, unless it had written", async (t) => {
  let runs = 0;
  let writers = 0;
  const fixture = await startRuntime({
    victim: {
      grants,
      async handle(payload, context) {
        const { body } = (payload as { request: { body: { writes: boolean } } }).request;
        if (body.writes) {
          writers += 1;
          await create(context);
        }
        runs += 1;
        if (runs === 2) fixture.host.running[0]?.kill("crashed");
        if (runs <= 2) await new Promise(() => undefined);
        return { body: "again" };
      },
    },
  });
  t.after(fixture.close);
  const [reader, writer] = await Promise.allSettled([
    callFunction(fixture.runtime, "victim", { writes: false }),
    callFunction(fixture.runtime, "victim", { writes: true }),
  ]);
  assert.deepEqual(reader, { status: "fulfilled", value: "again" });
  assert.equal(writer.status, "rejected");
  assert.equal(writers, 1);
  assert.equal(fixture.host.starts, 2);
  assert.equal(await fixture.count("test.resource"), 0);
});

test("releases no result whose entry can't be written", async (t) => {
  const fixture = await startRuntime({ echo: { handle: () => Promise.resolve({ body: "result" }) } });
  t.after(fixture.close);
  const { database } = await (await import("./testing/runtime-fixture.ts")).testDatabase();
  await database.query("alter table ledger.pending rename to away");
  t.after(() => database.query("alter table if exists ledger.away rename to pending"));
  await assert.rejects(callFunction(fixture.runtime, "echo"));
  await database.query("alter table ledger.away rename to pending");
  assert.equal(await callFunction(fixture.runtime, "echo"), "result");
});
