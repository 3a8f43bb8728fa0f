import { strict as assert } from "node:assert";
import { after, describe, test } from "node:test";
import { callFunction, closeTestDatabase, labMessage, startRuntime, testDatabase } from "./testing/runtime-fixture.ts";
import type { FunctionUnderTest } from "./testing/runtime-fixture.ts";

after(closeTestDatabase);

const patient = { resourceType: "Patient" };

/** Files a patient, a report and an event in one unit of work. */
const labResult: FunctionUnderTest = {
  trigger: { kind: "hl7", message: "ORU^R01" },
  grants: { fhir: ["Patient.create", "DiagnosticReport.create"], emits: ["lab.result.filed"] },
  async handle(_payload, { call }) {
    const filed = (await call("fhir", {
      method: "POST",
      path: "",
      body: { entry: [{ resource: patient }, { resource: { resourceType: "DiagnosticReport" } }] },
    })) as { body: { entry: { resource: { resourceType: string; id: string } }[] } };
    const [subject, resource] = filed.body.entry.map(({ resource: { resourceType, id } }) => `${resourceType}/${id}`);
    await call("emit", { type: "lab.result.filed", subject, resource });
  },
};

describe("the main job", () => {
  test("files a message, tells the subscriber and records every step under one trace", async (t) => {
    const seen: unknown[] = [];
    const fixture = await startRuntime({
      "lab-result": labResult,
      notify: {
        trigger: { kind: "event", type: "lab.result.filed" },
        handle: (payload) => Promise.resolve(void seen.push(payload)),
      },
    });
    t.after(fixture.close);
    const message = labMessage();
    const verdict = await fixture.runtime.receiveMessage(message);
    assert.deepEqual(verdict, { ack: "AA", filed: { Patient: 1, DiagnosticReport: 1 } });
    await fixture.runtime.settled();
    assert.equal(await fixture.count("graphile_worker._private_jobs"), 0, "a delivery that succeeds needs no job");
    const [{ event }] = seen as [{ event: Record<string, unknown> & { data: { link: string } } }];
    const [resource] = await (
      await testDatabase()
    ).database.query<{ id: string }>("select id from test.resource where type = 'Patient'");
    assert.ok(!JSON.stringify(event).includes(String(resource?.id)), "the patient's id is in no event");
    assert.match(event.data.link, /^https:\/\/ward\.test:8443\/fhir\/R4\/DiagnosticReport\/[0-9a-f-]{36}$/);
    assert.equal(fixture.vault.openToken("event-subject", String(event["subject"])), resource?.id);
    const entries = await fixture.entries();
    assert.deepEqual(
      entries.map(({ action, principal }) => `${principal} ${action}`),
      [
        "service:mllp hl7.receive",
        "function:lab-result fhir.create",
        "function:lab-result fhir.create",
        "function:lab-result event.emit",
        "function:lab-result function.invoke",
        "function:notify function.invoke",
        "function:notify event.deliver",
      ],
    );
    assert.deepEqual(new Set(entries.map(({ trace }) => trace)), new Set([message.traceId]));
    assert.equal(entries[1]?.onBehalfOf, "service:mllp");
    assert.equal(entries[6]?.onBehalfOf, "function:lab-result");
    assert.ok(entries[6]?.subject);
  });

  test("delivers an event once though a job comes late for it", async (t) => {
    let deliveries = 0;
    const fixture = await startRuntime({
      "lab-result": labResult,
      notify: {
        trigger: { kind: "event", type: "lab.result.filed" },
        handle: () => Promise.resolve(void (deliveries += 1)),
      },
    });
    t.after(fixture.close);
    await fixture.runtime.receiveMessage(labMessage());
    await fixture.runtime.settled();
    const [row] = await (
      await testDatabase()
    ).database.query<{ eventId: string; function: string }>(
      `select event_id::text as "eventId", function from runtime.delivery`,
    );
    await fixture.runtime.tasks["deliver-event"]?.(row);
    await fixture.runtime.tasks["deliver-event"]?.(row);
    assert.equal(deliveries, 1);
  });

  test("keeps a delivery that fails ten times for an operator, who can put it back", async (t) => {
    let fails = true;
    const fixture = await startRuntime({
      "lab-result": labResult,
      notify: {
        trigger: { kind: "event", type: "lab.result.filed" },
        handle: () => (fails ? Promise.reject(new Error("no")) : Promise.resolve()),
      },
    });
    t.after(fixture.close);
    await fixture.runtime.receiveMessage(labMessage());
    const [row] = await (
      await testDatabase()
    ).database.query<{ eventId: string; function: string }>(
      `select event_id::text as "eventId", function from runtime.delivery`,
    );
    await fixture.runtime.settled();
    assert.equal(await fixture.count("graphile_worker._private_jobs"), 1, "the failure left a job");
    const deliver = fixture.runtime.tasks["deliver-event"];
    for (let attempt = 2; attempt < 10; attempt++) {
      await assert.rejects(async () => deliver?.(row), { code: "function-failed" });
    }
    assert.deepEqual(await fixture.runtime.events.list(), []);
    await deliver?.(row);
    const [waiting] = await fixture.runtime.events.list();
    assert.equal(waiting?.kind, "delivery");
    assert.equal(waiting.function, "notify");
    assert.equal(waiting.attempts, 10);
    await fixture.runJobs();
    fails = false;
    const by = { principal: { kind: "person", id: "operator", roles: ["operator"] } } as const;
    assert.equal((await fixture.runtime.events.replay(waiting.id, by)).outcome, "queued");
    assert.deepEqual(await fixture.runJobs(), ["done"]);
    assert.deepEqual(await fixture.runtime.events.list(), []);
    await assert.rejects(fixture.runtime.events.replay(waiting.id, by), { code: "not-found" });
  });

  test("makes a job of a delivery whose node was gone before it made it, when its time has passed", async (t) => {
    let deliveries = 0;
    const functions = {
      "lab-result": labResult,
      notify: {
        trigger: { kind: "event", type: "lab.result.filed" },
        handle: () => Promise.resolve(void (deliveries += 1)),
      },
    } as const;
    const first = await startRuntime(functions);
    await first.runtime.receiveMessage(labMessage());
    await first.close();
    const { database } = await testDatabase();
    // As a kill between commit and delivery leaves it.
    await database.query("update runtime.delivery set state = 'pending', orphaned_at = now() + interval '1 hour'");
    const told = deliveries;
    const second = await startRuntime(functions, { isAnotherNode: true });
    t.after(second.close);
    assert.equal(await second.runtime.adoptDeliveries(), 0, "it may still be under way elsewhere");
    await database.query("update runtime.delivery set orphaned_at = now() - interval '1 second'");
    assert.equal(await second.runtime.adoptDeliveries(), 1);
    assert.equal(await second.runtime.adoptDeliveries(), 0, "nobody makes a second job of it");
    assert.deepEqual(await second.runJobs(), ["done"]);
    assert.equal(deliveries, told + 1);
  });

  test("runs a schedule's function for the time it was due", async (t) => {
    const seen: unknown[] = [];
    const fixture = await startRuntime({
      nightly: {
        trigger: { kind: "schedule", cron: "30 2 * * *" },
        handle: (payload) => Promise.resolve(void seen.push(payload)),
      },
    });
    t.after(fixture.close);
    const [item] = fixture.runtime.cron;
    assert.equal(item?.cron, "30 2 * * *");
    const _cron = { ts: "2026-01-01T02:30:00.000Z" };
    await fixture.runtime.tasks[item.task]?.({ ...item.payload, _cron });
    assert.deepEqual(seen, [{ kind: "schedule", scheduledAt: "2026-01-01T02:30:00.000Z" }]);
  });
});

describe("an HTTP call", () => {
  const echo: FunctionUnderTest = {
    trigger: { kind: "http", method: "GET", route: "visits/:id", roles: ["nurse"] },
    handle: (payload) => Promise.resolve({ status: 200, body: payload }),
  };
  const request = { method: "GET", path: "visits/7", params: { id: "7" }, query: {}, caller: "person:jo" };
  const traceId = "0".repeat(32);

  test("costs one entry where the function touches nothing", async (t) => {
    const fixture = await startRuntime({ visits: echo });
    t.after(fixture.close);
    const principal = { kind: "person", id: "jo", roles: ["nurse"] } as const;
    const answer = await fixture.runtime.invokeHttp("visits", request, { principal, purpose: "TREAT", traceId });
    assert.deepEqual(answer, { status: 200, body: { kind: "http", request } });
    const [entry, ...others] = await fixture.entries();
    assert.equal(entry?.action, "function.invoke");
    assert.equal(entry.onBehalfOf, "person:jo");
    assert.deepEqual(entry.policies, ["call:visits:nurse"], "the policy that let the caller in");
    assert.deepEqual(others, []);
  });

  test("is refused, and recorded, where the app's policies forbid it, also of a function open to everybody", async (t) => {
    const appPolicies = {
      "leave.cedar": `@id("jo-is-on-leave") forbid (principal == Ward::Person::"jo", action, resource);`,
    };
    const open: FunctionUnderTest = {
      ...echo,
      trigger: { kind: "http", method: "GET", route: "x", roles: ["public"] },
    };
    const fixture = await startRuntime({ visits: echo, open }, { appPolicies });
    t.after(fixture.close);
    const jo = { kind: "person", id: "jo", roles: ["nurse"] } as const;
    for (const name of ["visits", "open"]) {
      await assert.rejects(fixture.runtime.invokeHttp(name, request, { principal: jo, purpose: "TREAT", traceId }), {
        code: "access-denied",
      });
    }
    const entries = await fixture.entries();
    assert.deepEqual(
      entries.map(({ principal, reason, policies }) => [principal, reason, policies]),
      Array(2).fill(["person:jo", "access-denied", ["jo-is-on-leave"]]),
    );
    const ada = { kind: "person", id: "ada", roles: [] } as const;
    await fixture.runtime.invokeHttp("open", request, { principal: ada, purpose: "HPAYMT", traceId });
  });

  test("leaves a bounded number of entries, and one that counts the rest, when refusals flood", async () => {
    const fixture = await startRuntime({ visits: echo });
    const principal = { kind: "person", id: "jo", roles: ["porter"] } as const;
    for (let call = 0; call < 30; call++) {
      await assert.rejects(fixture.runtime.invokeHttp("visits", request, { principal, traceId }));
    }
    await fixture.close();
    const counts = (await fixture.entries()).map(({ count }) => count);
    assert.deepEqual(counts, [...Array(20).fill(undefined), 10]);
  });

  test("is refused, and recorded, for a role that the function does not list", async (t) => {
    const fixture = await startRuntime({ visits: echo });
    t.after(fixture.close);
    for (const principal of [
      { kind: "person", id: "jo", roles: ["porter"] },
      { kind: "service", id: "nurse" },
    ] as const) {
      await assert.rejects(fixture.runtime.invokeHttp("visits", request, { principal, traceId }), {
        code: "access-denied",
      });
    }
    assert.deepEqual(await fixture.refusals(), ["function.invoke access-denied", "function.invoke access-denied"]);
    assert.equal(fixture.host.starts, 0);
  });

  test("is refused, and recorded, for a purpose that is not the function's, or none", async (t) => {
    const fixture = await startRuntime({ visits: echo });
    t.after(fixture.close);
    const principal = { kind: "person", id: "jo", roles: ["nurse"] } as const;
    for (const stated of [{ purpose: "HPAYMT" }, { purpose: "ETREAT" }, {}] as const) {
      await assert.rejects(fixture.runtime.invokeHttp("visits", request, { principal, traceId, ...stated }), {
        code: "access-denied",
      });
    }
    assert.deepEqual(await fixture.refusals(), Array(3).fill("function.invoke purpose-not-granted"));
    const entries = await fixture.entries();
    assert.deepEqual(
      entries.map(({ purpose }) => purpose),
      ["HPAYMT", "ETREAT", "TREAT"],
    );
    assert.equal(fixture.host.starts, 0);
  });

  test("hears of a missing record as 404 and of the function's own lack of power as its failure", async (t) => {
    const fixture = await startRuntime({
      missing: {
        grants: { fhir: ["Patient.read"] },
        handle: (_payload, { call }) => call("fhir", { method: "GET", path: "Patient/none" }),
      },
      powerless: { handle: (_payload, { call }) => call("fhir", { method: "GET", path: "Patient/none" }) },
    });
    t.after(fixture.close);
    await assert.rejects(callFunction(fixture.runtime, "missing"), { code: "not-found" });
    await assert.rejects(callFunction(fixture.runtime, "powerless"), { code: "function-failed" });
  });

  test("finds the closest route", async (t) => {
    const route = (text: string): FunctionUnderTest => ({
      trigger: { kind: "http", method: "GET", route: text, roles: [] },
      handle: () => Promise.resolve(),
    });
    const fixture = await startRuntime({
      any: route("visits/:id"),
      next: route("visits/next"),
      deep: route("a/:b/:c"),
    });
    t.after(fixture.close);
    const found = (path: string, method = "GET"): unknown => {
      const match = fixture.runtime.route(method, path);
      return match && [match.manifest.name, match.params];
    };
    assert.deepEqual(found("visits/next"), ["next", {}]);
    assert.deepEqual(found("visits/a%20b"), ["any", { id: "a b" }]);
    assert.deepEqual(found("a/x/y"), ["deep", { b: "x", c: "y" }]);
    assert.equal(found("visits"), undefined);
    assert.equal(found("visits/next", "POST"), undefined);
    assert.equal(found("visits/%"), undefined);
  });
});

describe("a log line", () => {
  test("carries labels that stand in the function's code, numbers and booleans, nothing else", async (t) => {
    const fixture = await startRuntime({
      // The fake's bundle is the text "handler:<name>".
      "count-results": {
        async handle(_payload, { door }) {
          const statuses = [];
          for (const body of [
            { event: "count-results", fields: { results: 3 } },
            { event: "Ravensworth", fields: {} },
            { event: "count-results", fields: { results: "Ravensworth" } },
            { event: "count-results", fields: { Ravensworth: 1 } },
          ]) {
            statuses.push((await door("log", body)).status);
          }
          return { body: statuses };
        },
      },
    });
    t.after(fixture.close);
    assert.deepEqual(await callFunction(fixture.runtime, "count-results"), [200, 400, 400, 400]);
    assert.deepEqual(
      fixture.logged.map(({ event, fields }) => ({ event, fields })),
      [{ event: "count-results", fields: { results: 3 } }],
    );
  });
});
