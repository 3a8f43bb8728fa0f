import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database, FhirAnswer, FhirCall, Transaction } from "@ward/core";
import type { FunctionRelease } from "./contract.ts";
import { createFhirBinding } from "./fhir-binding.ts";
import { Invocation } from "./invocation.ts";

const tx: Transaction = {
  inTransaction: true,
  query: () => Promise.resolve([]),
  send: () => undefined,
  onCommit: () => undefined,
  insertAtCommit: () => undefined,
};
const end = (): Promise<void> => Promise.resolve();
const database = { begin: () => Promise.resolve({ tx, commit: end, rollback: end }) } as unknown as Database;
const release: FunctionRelease = {
  digest: `sha256:${"0".repeat(64)}`,
  bundle: "",
  manifest: {
    name: "f",
    purpose: "TREAT",
    trigger: { kind: "schedule", cron: "0 6 * * *" },
    grants: { fhir: [], emits: [], secrets: [], egress: [] },
    limits: { timeoutMs: 1_000, memoryMb: 64, concurrency: 1 },
  },
};

/** A binding before a FHIR that answers `answer`, and what it was asked, in the unit of work or outside. */
function bound(answer: FhirAnswer) {
  const calls: { readonly call: FhirCall; readonly isWrite: boolean }[] = [];
  const invocation = new Invocation(
    { release, traceId: "0".repeat(32), onBehalfOf: { kind: "service", id: "scheduler" } },
    database,
  );
  const binding = createFhirBinding({
    async interact(_caller, call, within) {
      calls.push({ call, isWrite: within !== undefined });
      return answer;
    },
  });
  return { calls, invocation, call: (body: object) => binding.call(invocation, body as Record<string, unknown>) };
}

test("bytes that FHIR answers reach the function as a value, and the patient in them is remembered", async () => {
  const json = Buffer.from('{"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"}}');
  const { call, calls, invocation } = bound({ status: 200, json, etag: 'W/"1"' });
  const answer = await call({ method: "GET", path: "Observation/o1", ifNoneMatch: 'W/"2"' });
  assert.deepEqual(answer, {
    status: 200,
    etag: 'W/"1"',
    body: { resourceType: "Observation", id: "o1", subject: { reference: "Patient/p1" } },
  });
  assert.deepEqual([...invocation.subjects], ["p1"]);
  assert.deepEqual(calls, [{ call: { method: "GET", path: "Observation/o1", ifNoneMatch: 'W/"2"' }, isWrite: false }]);
  assert.equal(invocation.hasActed, false);
});

test("patches and deletions join the unit of work; what got a version is counted as filed", async () => {
  const patched = bound({ status: 200, location: "Patient/p1/_history/2" });
  const contentType = "application/json-patch+json";
  await patched.call({ method: "PATCH", path: "Patient/p1", body: [], contentType });
  assert.deepEqual(patched.calls, [
    { call: { method: "PATCH", path: "Patient/p1", body: [], contentType }, isWrite: true },
  ]);
  assert.deepEqual([patched.invocation.filed, patched.invocation.hasActed], [{ Patient: 1 }, true]);
  const deleted = bound({ status: 204 });
  await deleted.call({ method: "DELETE", path: "Patient/p1", ifMatch: 'W/"2"' });
  assert.deepEqual([deleted.calls[0]?.isWrite, deleted.invocation.filed], [true, {}]);
});

test("a call names a place below FHIR's base by a method of FHIR, and nothing else", async () => {
  const { call, calls } = bound({ status: 200 });
  for (const body of [
    { method: "TRACE", path: "Patient/1" },
    { method: "GET", path: "https://evil.example/Patient/1" },
    { method: "GET", path: "/Patient/1" },
    { method: "GET", path: "Patient/../../fn" },
    { method: "GET", path: "Patient/1", base: "https://evil.example" },
    { method: "GET", path: "Patient/1", prefer: 7 },
  ]) {
    await assert.rejects(call(body), JSON.stringify(body));
  }
  assert.deepEqual(calls, []);
});
