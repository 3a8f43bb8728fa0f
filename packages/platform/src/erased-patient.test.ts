import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { compilePolicies, createDoor, type Door } from "@ward/access";
import { systemClock, type AuditEntry, type Caller } from "@ward/core";
import { createFhirService, type FhirService } from "@ward/fhir";
import { createLedger, verify, type AuditLog } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { type Vault } from "@ward/vault";
import { openTestVault } from "@ward/vault/testing";
import { checkAnswer, openAuditDesk, type AuditDesk } from "./audit-desk.ts";
import type { Foundation } from "./foundation.ts";

const CLINICIANS = `@id("clinicians")
permit (principal in Ward::Role::"clinician", action, resource is Ward::ResourceType) when { context.purpose == "TREAT" };
@id("sends")
permit (principal in Ward::Role::"clinician", action == Ward::Action::"egress.send", resource);`;
const DOCTOR: Caller = {
  principal: { kind: "person", id: "dr-okafor", roles: ["clinician"] },
  purpose: "TREAT",
  traceId: "ab".repeat(16),
};
const STRANGER: Caller = { ...DOCTOR, principal: { kind: "person", id: "visitor", roles: [] } };

let postgres: TestDatabase;
let vault: Vault;
let ledger: AuditLog;
let door: Door;
let fhir: FhirService;
let desk: AuditDesk;
/** Erased in these tests, and not erased. */
let anna: string;
let bert: string;
let annasObservation: string;

before(async () => {
  postgres = await startTestDatabase();
  const { database } = postgres;
  vault = await openTestVault(database);
  ledger = createLedger({ database, clock: systemClock, signer: vault.ledgerSigner });
  const policies = compilePolicies({ manifests: [], appPolicies: { clinicians: CLINICIANS } });
  door = createDoor({ database, ledger, policies, tags: vault, quotas: { actsPerMinute: 1_000 }, clock: systemClock });
  fhir = createFhirService({ door, vault, clock: systemClock, newId: randomUUID });
  desk = openAuditDesk({ database, ledger, vault } as unknown as Foundation);
  [anna, annasObservation] = await treat();
  [bert] = await treat();
});
after(async () => await postgres.close());

/** Everything that leaves entries about a patient: made, written about, read, searched, sent of, refused, missed. */
async function treat(): Promise<[patient: string, observation: string]> {
  const post = async (path: string, body: object): Promise<string> => {
    const answer = await fhir.interact(DOCTOR, { method: "POST", path, body });
    return answer.location?.split("/")[1] ?? "";
  };
  const patient = await post("Patient", { resourceType: "Patient", gender: "female" });
  const observation = await post("Observation", {
    resourceType: "Observation",
    status: "final",
    code: { text: "sodium" },
    subject: { reference: `Patient/${patient}` },
  });
  await fhir.interact(DOCTOR, { method: "GET", path: `Patient/${patient}` });
  await fhir.interact(DOCTOR, { method: "GET", path: `Observation/${observation}` });
  for (const path of [`Patient/${patient}`, `Observation/${observation}`]) {
    await assert.rejects(fhir.interact(STRANGER, { method: "GET", path }), { code: "access-denied" });
  }
  const facts = { subjectId: patient, decision: "allow", outcome: "success", carries: "phi" } as const;
  await door.note(
    DOCTOR,
    { action: "egress.send", resourceType: "Host", resourceId: "registry.example.org" },
    { ...facts, host: "registry.example.org" },
  );
  return [patient, observation];
}

async function place(): Promise<readonly AuditEntry[]> {
  const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
  await sequencer.flush();
  await sequencer.stop();
  return (await ledger.entries({ limit: 1_000 })).map(({ entry }) => entry);
}

/** What an operation that erases does, in one transaction. */
async function erase(patient: string): Promise<void> {
  await postgres.database.transaction(async (tx) => {
    await vault.destroyCompartment(tx, `Patient/${patient}`);
    await tx.query("delete from fhir.record where subject_id = $1 or id = $1", [patient]);
  });
}

const touchesOf = async (patient: string) => (await desk.audit.ask({ kind: "who-touched", patient })).touches;

describe("an erased patient", () => {
  let tags: Set<string>;
  let handedOver: string;

  before(async () => {
    const touches = await touchesOf(anna);
    assert.deepEqual(touches.map(({ principal }) => principal).sort(), [
      "person:dr-okafor",
      "person:visitor",
      "service:auditor",
    ]);
    handedOver = await (await desk.audit.ask({ kind: "accounting", patient: anna })).prove();
    const known = await vault.subjectTags(anna);
    assert.ok(known);
    const about = (await place()).filter(({ subject }) => subject === known.subject);
    assert.ok(about.length >= 6);
    tags = new Set(about.flatMap(({ subject, resource }) => [subject ?? "", resource?.tag ?? ""]).filter(Boolean));
    await erase(anna);
  });

  test("is found by no question", async () => {
    for (const kind of ["who-touched", "accounting"] as const) {
      await assert.rejects(desk.audit.ask({ kind, patient: anna }), { code: "not-found" });
    }
    assert.ok((await touchesOf(bert)).length >= 2);
  });

  test("cannot be confirmed: nothing that the node can still compute from the ids is a tag in the log", async () => {
    const domains = ["subject", "record", "Patient", "Patient.identifier", "message", "event-subject", ""];
    const values = [anna, annasObservation].flatMap((id) => [id, `Patient/${id}`, `Observation/${id}`]);
    const computed = domains.flatMap((domain) =>
      values.flatMap((value) => [
        vault.pseudonym(domain, value),
        vault.sealToken(domain, value),
        String(vault.blindIndex(domain, value)),
      ]),
    );
    const reopened = await openTestVault(postgres.database);
    for (const node of [vault, reopened]) assert.equal(await node.subjectTags(anna), undefined);
    const bodies = (await place()).map((entry) => JSON.stringify(entry));
    for (const value of [...computed, ...values]) {
      assert.deepEqual(
        bodies.filter((body) => body.includes(value)),
        [],
      );
    }
  });

  test("is linked to no entry by any row outside the ledger: no tag, and no time beside an id", async () => {
    const tables = await postgres.database.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const left: string[] = [];
    for (const { name } of tables.filter(({ name }) => !name.startsWith("ledger."))) {
      const rows = await postgres.database.query<{ row: string }>(`select t::text as row from ${name} t`);
      for (const { row } of rows) {
        for (const tag of tags) assert.ok(!row.includes(tag), `${name} holds a tag`);
        if ([anna, annasObservation].some((id) => row.includes(id))) left.push(`${name} ${row}`);
      }
    }
    assert.equal(left.length, 1, left.join("\n"));
    assert.match(
      left[0] ?? "",
      /^vault\.compartment_key \(Patient\/[0-9a-f-]{36},,"1970-01-01[^"]*","1970-01-01[^"]*"\)$/,
    );
  });

  test("leaves the log whole: every entry, every proof, and the answer that was handed over before", async () => {
    const entries = await place();
    assert.ok(entries.some(({ subject }) => subject !== undefined && tags.has(subject)));
    const { publicKey, name } = vault.ledgerSigner;
    const verdict = await verify(postgres.database, { publicKey, origin: name });
    assert.ok(verdict.ok, JSON.stringify(verdict));
    for (let index = 0; index < verdict.entries; index += 1) assert.ok(await ledger.proveInclusion(index));
    const answer = checkAnswer(handedOver, desk.audit.verifierKey);
    assert.ok(answer.ok);
    assert.ok(answer.entries.some(({ entry }) => entry.action === "egress.send"));
  });

  test("leaves acts about them without a tag, which are recorded all the same", async () => {
    const before = (await place()).length;
    await assert.rejects(fhir.interact(DOCTOR, { method: "GET", path: `Patient/${anna}` }), { code: "not-found" });
    const [entry] = (await place()).slice(before);
    assert.equal(entry?.principal, "person:dr-okafor");
    assert.deepEqual([entry.subject, entry.resource], [undefined, { type: "Patient" }]);
  });
});
