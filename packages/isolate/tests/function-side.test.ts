/** `@ward/sdk/isolate` in a real isolate: what an author's handler is given, and what of its failures comes out. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { InvokeResponse, TriggerPayload } from "@ward/core";
import type { InstanceHost } from "@ward/runtime";
import { openHost, requestOf, runOnce, startSource, type Source } from "./fixtures.ts";

let host: InstanceHost;
before(async () => {
  host = await openHost();
});
after(() => host.close());

const SDK = new URL("../../sdk/src/reject.ts", import.meta.url).pathname;
const CORE = new URL("../../core/src/index.ts", import.meta.url).pathname;
const EVERYTHING = {
  fhir: [
    ...["read", "vread", "history", "search"].map((interaction) => `Patient.${interaction}`),
    ...["create", "update", "patch", "delete"].map((interaction) => `Observation.${interaction}`),
  ],
  emits: ["lab.result.filed"],
  secrets: ["smsKey"],
  egress: [{ host: "sms.example.org", baa: "none", carries: "none" }],
};

async function resultWith(source: Source, payload: TriggerPayload): Promise<InvokeResponse> {
  const { instance } = await startSource(host, source);
  try {
    return await instance.invoke(requestOf({ payload }));
  } finally {
    await instance.stop();
  }
}

test("ctx holds only what was granted, and is frozen", async () => {
  const handle = `const shape = (value) => Object.isFrozen(value) && Object.keys(value).sort();
    return { ctx: shape(ctx), invocation: shape(ctx.invocation), fhir: ctx.fhir && shape(ctx.fhir) };`;
  const bare = await runOnce(host, { handle });
  assert.deepEqual(bare.response, {
    ok: true,
    result: { ctx: ["invocation", "log"], invocation: ["deadline", "traceId"] },
  });
  const reader = await runOnce(host, { handle, grants: { fhir: ["Patient.read"] } });
  assert.ok(reader.response.ok);
  assert.deepEqual((reader.response.result as { fhir: unknown }).fhir, ["read", "transaction"]);
  const full = await runOnce(host, { handle, grants: EVERYTHING });
  assert.deepEqual(full.response.ok && full.response.result, {
    ctx: ["egress", "emit", "fhir", "invocation", "log", "secrets"],
    invocation: ["deadline", "traceId"],
    fhir: ["create", "delete", "history", "patch", "read", "search", "transaction", "update", "vread"],
  });
});

test("each binding call names its invocation and says what the wire protocol says", async () => {
  const { instance, outbound } = await startSource(host, {
    grants: EVERYTHING,
    handle: `
      await ctx.fhir.read("Patient", "a/b");
      await ctx.fhir.search("Patient", { identifier: "urn:mrn|1 2", code: ["a", "b"] });
      await ctx.fhir.create({ resourceType: "Observation" });
      await ctx.fhir.update({ resourceType: "Observation", id: "7" }, { ifMatch: "3" });
      await ctx.fhir.vread("Patient", "7", "2");
      await ctx.fhir.history("Patient", "7", { _count: 5 });
      await ctx.fhir.history("Patient");
      await ctx.fhir.patch("Observation", "7", [{ op: "remove", path: "/note" }], { ifMatch: "3" });
      await ctx.fhir.patch("Observation", "7", { resourceType: "Parameters" });
      await ctx.fhir.delete("Observation", "7");
      await ctx.fhir.transaction({ resourceType: "Bundle" });
      await ctx.emit("lab.result.filed", { subject: "Patient/1", resource: "DiagnosticReport/2" });
      ctx.log("filed", { count: 2 });
      return await ctx.secrets.get("smsKey");`,
  });
  outbound.reply = { status: 200, body: { status: 200, value: "s3cret" } };
  const request = requestOf();
  assert.deepEqual(await instance.invoke(request), {
    ok: true,
    result: "s3cret",
    log: [{ event: "filed", fields: { count: 2 } }],
  });
  const calls = outbound.requests.map(({ url, body }) => [url, JSON.parse(body) as unknown]);
  assert.deepEqual(calls, [
    ["/door/fhir", { method: "GET", path: "Patient/a%2Fb" }],
    ["/door/fhir", { method: "GET", path: "Patient?identifier=urn%3Amrn%7C1+2&code=a&code=b" }],
    ["/door/fhir", { method: "POST", path: "Observation", body: { resourceType: "Observation" } }],
    [
      "/door/fhir",
      { method: "PUT", path: "Observation/7", body: { resourceType: "Observation", id: "7" }, ifMatch: "3" },
    ],
    ["/door/fhir", { method: "GET", path: "Patient/7/_history/2" }],
    ["/door/fhir", { method: "GET", path: "Patient/7/_history?_count=5" }],
    ["/door/fhir", { method: "GET", path: "Patient/_history" }],
    [
      "/door/fhir",
      {
        method: "PATCH",
        path: "Observation/7",
        body: [{ op: "remove", path: "/note" }],
        contentType: "application/json-patch+json",
        ifMatch: "3",
      },
    ],
    [
      "/door/fhir",
      {
        method: "PATCH",
        path: "Observation/7",
        body: { resourceType: "Parameters" },
        contentType: "application/fhir+json",
      },
    ],
    ["/door/fhir", { method: "DELETE", path: "Observation/7" }],
    ["/door/fhir", { method: "POST", path: "", body: { resourceType: "Bundle" } }],
    ["/door/emit", { subject: "Patient/1", resource: "DiagnosticReport/2", type: "lab.result.filed" }],
    ["/door/secret", { name: "smsKey" }],
  ]);
  for (const { method, headers } of outbound.requests) {
    assert.equal(method, "POST");
    assert.equal(headers["ward-invocation"], request.invocation);
    assert.equal(headers["content-type"], "application/json");
  }
  await instance.stop();
});

test("log lines come with the answer, also of a handler that throws", async () => {
  const { instance, outbound } = await startSource(host, {
    handle: `ctx.log("one"); ctx.log("two", { count: 2 }); throw new TypeError("no");`,
  });
  const answer = await instance.invoke(requestOf());
  assert.equal(answer.ok, false);
  assert.deepEqual(answer.log, [
    { event: "one", fields: {} },
    { event: "two", fields: { count: 2 } },
  ]);
  assert.equal(outbound.requests.length, 0);
  await instance.stop();
});

test("log lines of an invocation that takes its time or writes many go out before, and refused ones fail nothing", async () => {
  const { instance, outbound } = await startSource(host, {
    handle: `
      ctx.log("early");
      await new Promise((resolve) => setTimeout(resolve, 400));
      for (let line = 0; line < 50; line++) ctx.log("many");
      ctx.log("last");
      return 1;`,
  });
  outbound.reply = { status: 400, body: { code: "invalid-request", message: "" } };
  const answer = await instance.invoke(requestOf());
  assert.deepEqual(answer, { ok: true, result: 1, log: [{ event: "last", fields: {} }] });
  assert.equal(outbound.requests.length, 51, "the invocation ends only when they are out");
  await instance.stop();
});

test("every fetch names the invocation it runs in, also when invocations overlap and a library calls the global", async () => {
  const { instance, outbound } = await startSource(host, {
    grants: EVERYTHING,
    handle: `
      const tag = input.scheduledAt;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      await fetch("https://sms.example.org/" + tag, { headers: { "ward-invocation": "forged" } });
      await ctx.egress.fetch("https://sms.example.org/" + tag, { method: "POST", body: "hello" });`,
  });
  const requests = Array.from({ length: 10 }, (_, index) =>
    requestOf({ payload: { kind: "schedule", scheduledAt: String(index) } }),
  );
  await Promise.all(requests.map((request) => instance.invoke(request)));
  assert.equal(outbound.requests.length, 20);
  for (const { url, headers } of outbound.requests) {
    const tag = Number(url.slice("https://sms.example.org/".length));
    assert.equal(headers["ward-invocation"], requests[tag]?.invocation);
  }
  await instance.stop();
});

test("an egress request leaves in absolute form with method, headers and body", async () => {
  const handle = `const response = await ctx.egress.fetch("https://sms.example.org/send?to=1",
      { method: "PUT", headers: { "x-key": "k" }, body: "text" });
    return [response.ok, response.status, response.headers.get("content-type"), await response.json()];`;
  const { response, outbound } = await runOnce(host, { handle, grants: EVERYTHING });
  assert.deepEqual(response, { ok: true, result: [true, 200, "application/json", {}] });
  const [seen] = outbound.requests;
  assert.deepEqual(
    [seen?.method, seen?.url, seen?.headers["x-key"], seen?.body],
    ["PUT", "https://sms.example.org/send?to=1", "k", "text"],
  );
});

test("a refused binding call is an error with its code, to catch or to pass on", async () => {
  const grants = { fhir: ["Patient.read"] };
  const caught = `try { await ctx.fhir.read("Patient", "1"); } catch (error) { return [error.name, error.code, error.detail.issues]; }`;
  const reply = {
    status: 404,
    body: { code: "not-found", message: "There is no such resource.", issues: ["Patient.id"] },
  };
  const first = await startSource(host, { handle: caught, grants });
  first.outbound.reply = reply;
  assert.deepEqual(await first.instance.invoke(requestOf()), {
    ok: true,
    result: ["WardError", "not-found", ["Patient.id"]],
  });
  await first.instance.stop();
  const second = await startSource(host, { handle: `await ctx.fhir.read("Patient", "1");`, grants });
  second.outbound.reply = reply;
  const passed = await second.instance.invoke(requestOf());
  assert.ok(!passed.ok);
  assert.equal(passed.error.code, "not-found");
  await second.instance.stop();
});

test("a refused egress is an error from ctx.egress, and a 403 of the host itself is an answer", async () => {
  const handle = `try { return (await ctx.egress.fetch("https://sms.example.org/")).status; } catch (error) { return error.code; }`;
  const { instance, outbound } = await startSource(host, { handle, grants: EVERYTHING });
  outbound.reply = { status: 403, body: { code: "egress-refused", message: "The egress proxy refused the request." } };
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: "egress-refused" });
  outbound.reply = { status: 403, body: { code: "egress-refused", message: "Not you." } };
  assert.deepEqual(await instance.invoke(requestOf()), { ok: true, result: 403 });
  await instance.stop();
});

test("a fault tells class and place, and never a message", async () => {
  const handle = `class LabelMissing extends Error {}
    throw new LabelMissing("Jane Doe\\n    at x (subject-under-test.js:1:1)", { cause: input });`;
  const { response } = await runOnce(host, { handle });
  assert.ok(!response.ok);
  assert.equal(response.error.name, "LabelMissing");
  assert.ok(response.error.at.length >= 1 && response.error.at.length <= 5);
  for (const place of response.error.at) assert.match(place, /^subject-under-test\.js:\d+:\d+$/);
  assert.doesNotMatch(JSON.stringify(response), /Jane|Doe/);
});

test("what is thrown without being an error tells only its type", async () => {
  const { response } = await runOnce(host, { handle: `throw "Jane Doe";` });
  assert.deepEqual(response, { ok: false, error: { name: "string", at: [] } });
});

test("a code counts only on Ward's own error", async () => {
  const imports = `import { WardError } from ${JSON.stringify(CORE)};`;
  const passed = await runOnce(host, { imports, handle: `throw new WardError("version-conflict");` });
  assert.equal(!passed.response.ok && passed.response.error.code, "version-conflict");
  const other = await runOnce(host, { handle: `throw Object.assign(new Error(), { code: "version-conflict" });` });
  assert.equal(!other.response.ok && other.response.error.code, undefined);
});

test("Reject carries its closed reason out", async () => {
  const imports = `import { Reject } from ${JSON.stringify(SDK)};`;
  const { response } = await runOnce(host, { imports, handle: `throw new Reject("unknown-key");` });
  assert.ok(!response.ok);
  assert.deepEqual([response.error.name, response.error.reject], ["Reject", "unknown-key"]);
});

test("a result that is no JSON is a fault", async () => {
  const { response } = await runOnce(host, { handle: "return { amount: 1n };" });
  assert.equal(!response.ok && response.error.name, "TypeError");
});

test("gives each trigger's input", async () => {
  const message = "MSH|^~\\&|LAB|HOSP|WARD|HOSP|20261121||ORU^R01|42|P|2.5.1\rPID|1||123^^^HOSP^MR||Doe^Jane\r";
  const handle = "return [input.header.controlId, input.segments('PID').length];";
  assert.deepEqual(await resultWith({ handle }, { kind: "hl7", raw: message }), { ok: true, result: ["42", 1] });
  const request = { method: "GET", path: "ping", params: { id: "1" }, query: {}, caller: "public" };
  const http = await resultWith(
    { handle: "return { status: 200, body: input.params.id };" },
    { kind: "http", request },
  );
  assert.deepEqual(http, { ok: true, result: { status: 200, body: "1" } });
});

test("a message that can't be parsed is rejected before the handler", async () => {
  const response = await resultWith({ handle: "return 'ran';" }, { kind: "hl7", raw: "Jane Doe" });
  assert.ok(!response.ok);
  assert.equal(response.error.name, "Reject");
  assert.notEqual(response.error.reject, undefined);
  assert.doesNotMatch(JSON.stringify(response), /Jane/);
});
