/**
 * Measures filing: transactions of a patient's report and observations through the real door, vault and ledger, into a
 * real PostgreSQL. `node packages/fhir/tests/filing-speed.ts [seconds]`. Figures, never asserted. Not measured: HL7 parsing, isolates, the
 * network, durable commits (the test database does not sync).
 */
import { randomUUID } from "node:crypto";
import { anObservation, aPatient, aTransaction, CALLER, post, startFixture } from "../src/testing/fixture.ts";
import type { JsonObject } from "../src/json.ts";

const SECONDS = Number(process.argv[2] ?? 5);
const SENDERS = 8;
const OBSERVATIONS = 8;
const PATIENTS = 200;

function message(mrn: string): JsonObject {
  const patient = `urn:uuid:${randomUUID()}`;
  const observations = Array.from({ length: OBSERVATIONS }, () => `urn:uuid:${randomUUID()}`);
  return aTransaction(
    post(aPatient(mrn), { fullUrl: patient }, { ifNoneExist: `identifier=https://hospital.example/mrn|${mrn}` }),
    ...observations.map((fullUrl) =>
      post(
        anObservation(patient, {
          category: [
            { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] },
          ],
          effectiveDateTime: "2026-03-01T08:30:00Z",
          referenceRange: [{ low: { value: 3.9, unit: "mmol/L" }, high: { value: 5.6, unit: "mmol/L" } }],
        }),
        { fullUrl },
      ),
    ),
    post({
      resourceType: "DiagnosticReport",
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "24323-8" }], text: "Metabolic panel" },
      subject: { reference: patient },
      identifier: [{ system: "urn:filler", value: randomUUID() }],
      result: observations.map((reference) => ({ reference })),
    }),
    post({
      resourceType: "DocumentReference",
      status: "current",
      subject: { reference: patient },
      content: [
        { attachment: { contentType: "text/plain", data: Buffer.alloc(1_500, "MSH|^~\\&|").toString("base64") } },
      ],
    }),
  );
}

const f = await startFixture();
const file = async () => {
  const mrn = `mrn-${Math.trunc(Math.random() * PATIENTS)}`;
  const handle = await f.db.database.begin();
  await f.fhir.interact(CALLER, { method: "POST", path: "", body: message(mrn) }, handle.tx);
  await handle.commit();
};
for (let n = 0; n < 50; n++) await file();
f.acts.length = 0;
const cpu = process.cpuUsage();
const start = performance.now();
const times: number[] = [];
const sender = async () => {
  while (performance.now() - start < SECONDS * 1_000) {
    const begun = performance.now();
    await file();
    times.push(performance.now() - begun);
  }
};
await Promise.all(Array.from({ length: SENDERS }, sender));
const elapsed = (performance.now() - start) / 1_000;
const used = process.cpuUsage(cpu);
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.trunc(times.length * share)]?.toFixed(1);
console.log(`${OBSERVATIONS + 3} resources a message, ${SENDERS} senders, ${PATIENTS} patients`);
console.log(`${(times.length / elapsed).toFixed(0)} messages/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
console.log(`node CPU per message ${((used.user + used.system) / 1_000 / times.length).toFixed(2)} ms`);
console.log(`rss ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
await f.close();
process.exit(0);
