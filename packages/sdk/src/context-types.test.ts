/**
 * What must not compile, does not: each `@ts-expect-error` fails `tsc` when its line compiles. Running the file shows
 * that definitions are plain data, so that the node can read them as JSON.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineConfig, defineFunction, on, Reject } from "./index.ts";

const sms = { host: "sms.example.org", baa: "none", carries: "none" } as const;

test("a function that searches patients and creates observations can do just that", () => {
  const definition = defineFunction({
    trigger: on.hl7("ORU^R01"),
    purpose: "TREAT",
    grants: { fhir: ["Patient.search", "Observation.create"] },
    async handle(message, ctx) {
      void (message.segments("OBX") satisfies readonly unknown[]);
      const found = await ctx.fhir.search("Patient", { identifier: "urn:x|1" });
      void (found.entry?.[0]?.resource?.birthDate satisfies string | undefined);
      await ctx.fhir.create({ resourceType: "Observation", status: "final", code: { text: "x" } });
      await ctx.fhir.transaction({ resourceType: "Bundle", type: "transaction" });
      // @ts-expect-error Patient.create is not granted
      await ctx.fhir.create({ resourceType: "Patient" });
      // @ts-expect-error Observation.search is not granted
      await ctx.fhir.search("Observation", {});
      // @ts-expect-error no read is granted
      await ctx.fhir.read("Patient", "1");
      // @ts-expect-error no update is granted
      await ctx.fhir.update({ resourceType: "Observation", id: "1", status: "final", code: {} });
      // @ts-expect-error no secret is granted
      void ctx.secrets;
      // @ts-expect-error no event is granted
      void ctx.emit;
      // @ts-expect-error no egress is granted
      void ctx.egress;
      ctx.log("filed", { count: 1 });
      // @ts-expect-error free text may be PHI
      ctx.log("filed", { name: "Jane" });
    },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(definition)), {
    trigger: { kind: "hl7", message: "ORU^R01" },
    purpose: "TREAT",
    grants: { fhir: ["Patient.search", "Observation.create"] },
  });
});

test("versions, histories, patches and deletions are powers of their own", () => {
  const definition = defineFunction({
    trigger: on.schedule("0 6 * * *"),
    purpose: "TREAT",
    grants: { fhir: ["Patient.vread", "Patient.history", "Observation.patch", "Condition.delete"] },
    async handle(_tick, ctx) {
      void ((await ctx.fhir.vread("Patient", "1", "2")).birthDate satisfies string | undefined);
      void ((await ctx.fhir.history("Patient", "1", { _count: 2 })).entry?.[0]?.resource?.id satisfies
        string | undefined);
      await ctx.fhir.history("Patient");
      await ctx.fhir.patch("Observation", "1", [{ op: "replace", path: "/status", value: "amended" }], {
        ifMatch: "1",
      });
      await ctx.fhir.patch("Observation", "1", { resourceType: "Parameters" });
      await ctx.fhir.delete("Condition", "1");
      // @ts-expect-error Patient.patch is not granted
      await ctx.fhir.patch("Patient", "1", []);
      // @ts-expect-error a move says from where
      await ctx.fhir.patch("Observation", "1", [{ op: "move", path: "/note/0" }]);
      // @ts-expect-error Patient.delete is not granted
      await ctx.fhir.delete("Patient", "1");
      // @ts-expect-error a version is no read of the current one
      await ctx.fhir.read("Patient", "1");
    },
  });
  assert.equal(definition.grants?.fhir?.length, 4);
});

test("a function emits only granted types, reads only granted secrets, and has no FHIR ungranted", () => {
  const definition = defineFunction({
    trigger: on.event("lab.result.filed"),
    purpose: "TREAT",
    grants: { emits: ["sms.sent"], secrets: ["smsKey"], egress: [sms] },
    async handle(event, ctx) {
      void (event.type satisfies "lab.result.filed");
      void (event.subject satisfies string | undefined);
      await ctx.emit("sms.sent", { subject: "Patient/1" });
      // @ts-expect-error this type is not granted
      await ctx.emit("lab.result.filed");
      await ctx.secrets.get("smsKey");
      // @ts-expect-error this secret is not granted
      await ctx.secrets.get("databasePassword");
      const response = await ctx.egress.fetch("https://sms.example.org/send", { method: "POST", body: "{}" });
      void (response.status satisfies number);
      // @ts-expect-error no FHIR is granted
      void ctx.fhir;
    },
  });
  assert.deepEqual(definition.trigger, { kind: "event", type: "lab.result.filed" });
});

test("a function without grants has its invocation and the log", () => {
  const definition = defineFunction({
    trigger: on.schedule("0 6 * * *"),
    purpose: "HOPERAT",
    handle(tick, ctx) {
      void (tick.scheduledAt satisfies string);
      void (ctx.invocation.deadline satisfies number);
      // @ts-expect-error nothing is granted
      void ctx.fhir;
      // @ts-expect-error nothing is granted
      void ctx.emit;
    },
  });
  assert.equal(definition.grants, undefined);
});

test("the body of an HTTP function has the type that its schema says", () => {
  const definition = defineFunction({
    trigger: on.http("POST", "visits/:id", {
      roles: ["public"],
      body: {
        type: "object",
        properties: {
          minutes: { type: "integer" },
          kind: { enum: ["first", "follow-up"] },
          tags: { type: "array", items: { type: "string" } },
        },
        required: ["minutes"],
      },
    }),
    purpose: "HOPERAT",
    handle(request) {
      void (request.body.minutes satisfies number);
      void (request.body.kind satisfies "first" | "follow-up" | undefined);
      void (request.body.tags satisfies readonly string[] | undefined);
      // @ts-expect-error the schema has no such property
      void request.body.hours;
      void (request.params["id"] satisfies string | undefined);
      return { status: 200, body: { minutes: request.body.minutes } };
    },
  });
  assert.equal(definition.trigger.route, "visits/:id");
  assert.deepEqual(definition.trigger.roles, ["public"]);
});

test("an HTTP function without schema has no body, and must answer a response", () => {
  const definition = defineFunction({
    trigger: on.http("GET", "ping"),
    purpose: "HOPERAT",
    handle(request) {
      return { body: request.body satisfies undefined };
    },
  });
  assert.deepEqual(definition.trigger, { kind: "http", method: "GET", route: "ping", roles: [] });
  defineFunction({
    trigger: on.http("GET", "ping"),
    purpose: "HOPERAT",
    // @ts-expect-error a text is no response
    handle: () => "pong",
  });
});

test("what the node would refuse does not compile either", () => {
  const trigger = on.schedule("0 6 * * *");
  const handle = (): void => undefined;
  // @ts-expect-error there is no such resource type
  defineFunction({ trigger, purpose: "TREAT", grants: { fhir: ["Pacient.read"] }, handle });
  // @ts-expect-error there is no such interaction
  defineFunction({ trigger, purpose: "TREAT", grants: { fhir: ["Patient.erase"] }, handle });
  // @ts-expect-error there is no such purpose of use
  defineFunction({ trigger, purpose: "CURIOSITY", handle });
  // @ts-expect-error there is no such grant
  defineFunction({ trigger, purpose: "TREAT", grants: { network: ["*"] }, handle });
  // @ts-expect-error a message type has an event
  on.hl7("ORU");
  // @ts-expect-error there is no such reason
  assert.equal(new Reject("because").message, "because");
  // @ts-expect-error a budget is missing
  defineConfig({ name: "x", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6 });
});

test("a Reject carries its closed reason and nothing else", () => {
  const reject = new Reject("unknown-key");
  assert.equal(reject.reason, "unknown-key");
  assert.equal(reject.name, "Reject");
  assert.ok(reject instanceof Error);
});
