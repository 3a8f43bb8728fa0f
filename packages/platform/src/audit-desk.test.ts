import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { compilePolicies, createDoor, type Door } from "@ward/access";
import { systemClock, type Caller } from "@ward/core";
import { createFhirService } from "@ward/fhir";
import { createLedger, type AuditLog } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { openTestVault } from "@ward/vault/testing";
import { checkAnswer, openAuditDesk, type AuditDesk } from "./audit-desk.ts";
import type { Foundation } from "./foundation.ts";
import { recordConfiguration, recordTenantKeys } from "./record-configuration.ts";

const CLINICIANS = `@id("clinicians")
permit (principal in Ward::Role::"clinician", action, resource is Ward::ResourceType) when { context.purpose == "TREAT" };`;
const DOCTOR: Caller = {
  principal: { kind: "person", id: "dr-okafor", roles: ["clinician"] },
  purpose: "TREAT",
  traceId: "ab".repeat(16),
};

let postgres: TestDatabase;
let ledger: AuditLog;
let door: Door;
let desk: AuditDesk;
let anna: string;

before(async () => {
  postgres = await startTestDatabase();
  const { database } = postgres;
  const vault = await openTestVault(database);
  ledger = createLedger({ database, clock: systemClock, signer: vault.ledgerSigner });
  const policies = compilePolicies({ manifests: [], appPolicies: { clinicians: CLINICIANS } });
  door = createDoor({ database, ledger, policies, tags: vault, quotas: { actsPerMinute: 1_000 }, clock: systemClock });
  const fhir = createFhirService({ door, vault, clock: systemClock, newId: randomUUID });
  const file = async (mrn: string): Promise<string> => {
    const body = { resourceType: "Patient", identifier: [{ system: "urn:mrn", value: mrn }] };
    const answer = await fhir.interact(DOCTOR, { method: "POST", path: "Patient", body });
    return answer.location?.split("/")[1] ?? "";
  };
  const body = { resourceType: "Patient", id: "chosen-1", identifier: [{ system: "urn:mrn", value: "4713" }] };
  await fhir.interact(DOCTOR, { method: "PUT", path: "Patient/chosen-1", body });
  anna = await file("4711");
  await file("4712");
  await file("double");
  await file("double");
  desk = openAuditDesk({ database, ledger, vault } as unknown as Foundation);
});
after(async () => await postgres.close());

describe("the audit desk", () => {
  test("answers by MRN and by id, about this patient only, with the question itself in the answer", async () => {
    for (const patient of ["4711", "urn:mrn|4711", anna, `Patient/${anna}`]) {
      const { touches } = await desk.audit.ask({ kind: "who-touched", patient });
      assert.deepEqual(
        touches.map(({ principal }) => principal).sort(),
        ["person:dr-okafor", "service:auditor"],
        patient,
      );
      const [doctor] = touches.filter(({ principal }) => principal === "person:dr-okafor");
      assert.deepEqual([doctor?.actions, doctor?.entries], [["fhir.create"], 1]);
    }
  });

  test("answers about a patient whose id a client chose, by MRN and by that id", async () => {
    for (const patient of ["4713", "Patient/chosen-1"]) {
      const { touches } = await desk.audit.ask({ kind: "who-touched", patient });
      assert.ok(
        touches.some(({ principal }) => principal === "person:dr-okafor"),
        patient,
      );
    }
  });

  test("gives answers that verify with the key alone", async () => {
    const answer = await desk.audit.ask({ kind: "who-touched", patient: anna });
    const file = await answer.prove();
    assert.ok(checkAnswer(file, desk.audit.verifierKey).ok);
    assert.ok(!checkAnswer(file.replace("fhir.create", "fhir.read"), desk.audit.verifierKey).ok);
    assert.doesNotMatch(file, /4711/);
  });

  test("refuses a patient who is none or not one, and an entry that is not there", async () => {
    await assert.rejects(desk.audit.ask({ kind: "who-touched", patient: "9999" }), { code: "not-found" });
    await assert.rejects(desk.audit.ask({ kind: "accounting", patient: "double" }), { code: "multiple-matches" });
    await assert.rejects(desk.audit.ask({ kind: "why", index: 1_000_000 }), { code: "not-found" });
  });

  test("answers nothing where the question can't be recorded", async () => {
    await postgres.database.query("alter table ledger.pending rename to taken_away");
    try {
      await assert.rejects(desk.audit.ask({ kind: "refused" }), { code: "record-unavailable" });
      await assert.rejects(async () => {
        for await (const page of desk.audit.export("jsonl", {})) assert.fail(`exported ${page.lines.length}`);
      });
    } finally {
      await postgres.database.query("alter table ledger.taken_away rename to pending");
    }
  });

  test("exports all that was committed, and leaves an entry of the export", async () => {
    const lines: string[] = [];
    for await (const page of desk.audit.export("jsonl", {})) lines.push(...page.lines);
    assert.ok(lines.some((line) => line.includes('"ledger.export"')));
    assert.ok(lines.some((line) => line.includes('"ledger.ask"')));
  });
});

describe("changes", () => {
  const changes = async () =>
    (await desk.audit.ask({ kind: "changes" })).entries.map(({ entry }) => [
      entry.action,
      entry.item,
      entry.digest?.slice(0, 7),
    ]);

  test("name policies, configuration, secrets and keys when they change, and only then", async () => {
    const config = { name: "clinic" } as unknown as Parameters<typeof recordConfiguration>[0]["app"]["config"];
    const record = async (policies: Record<string, string>, waivers?: string) =>
      await recordConfiguration({ door, ledger, app: { config, policies }, ...(waivers && { waivers }) });
    await recordTenantKeys(ledger);
    await record({ "a.cedar": "one", "b.cedar": "two" });
    assert.equal((await changes()).length, 2 + 3);
    await record({ "a.cedar": "one", "b.cedar": "two" });
    assert.equal((await changes()).length, 2 + 3);
    await record({ "a.cedar": "changed" }, "waivers: []");
    await postgres.database.transaction(async (tx) => await desk.noteSecret("sms-key", tx));
    const found = await changes();
    assert.deepEqual(found.slice(0, 2), [
      ["key.create", "tenant-kek", undefined],
      ["key.create", "ledger-signing-key", undefined],
    ]);
    assert.deepEqual(
      found.slice(5).map(([action, item, digest]) => [action, item, digest !== undefined]),
      [
        ["config.policy", "policies/a.cedar", true],
        ["config.policy", "policies/b.cedar", false],
        ["config.waiver", "compliance/waivers.yaml", true],
        ["secret.put", "sms-key", false],
      ],
    );
  });

  test("a secret's name that no entry can hold is refused with the secret", async () => {
    await assert.rejects(
      postgres.database.transaction(async (tx) => await desk.noteSecret("my secret", tx)),
      { code: "invalid-request" },
    );
  });
});
