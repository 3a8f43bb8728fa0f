/** Exported AuditEvents taken in by our own FHIR server: another reader of R4 than the one the export is tested with. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { compilePolicies, createDoor } from "@ward/access";
import { AUDIT_ACTIONS, CHANGE_ACTIONS, systemClock, type AuditEntry, type Caller } from "@ward/core";
import { createFhirService, type FhirService } from "@ward/fhir";
import { createLedger, exportEntries } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { openTestVault } from "@ward/vault/testing";

const POLICY = `@id("all")
permit (principal in Ward::Role::"archivist", action, resource is Ward::ResourceType) when { context.purpose == "TREAT" };`;
const CALLER: Caller = {
  principal: { kind: "person", id: "archive", roles: ["archivist"] },
  purpose: "TREAT",
  traceId: "ab".repeat(16),
};
const TAG = "abcdefghijklmnopqrstuv";

let postgres: TestDatabase;
let fhir: FhirService;
let events: readonly Record<string, unknown>[];

before(async () => {
  postgres = await startTestDatabase();
  const { database } = postgres;
  const vault = await openTestVault(database);
  const ledger = createLedger({ database, clock: systemClock, signer: vault.ledgerSigner });
  await ledger.record(AUDIT_ACTIONS.flatMap((action) => entriesOf(action)));
  const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
  await sequencer.flush();
  await sequencer.stop();
  const lines: string[] = [];
  for await (const page of exportEntries(database, "balp", vault.ledgerSigner.name, { size: 10_000 })) {
    lines.push(...page.lines);
  }
  events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const policies = compilePolicies({ manifests: [], appPolicies: { all: POLICY } });
  const quotas = { actsPerMinute: 100_000 };
  const door = createDoor({ database, ledger, policies, tags: vault, quotas, clock: systemClock });
  fhir = createFhirService({ door, vault, clock: systemClock, newId: randomUUID });
});
after(async () => await postgres.close());

function entriesOf(action: AuditEntry["action"]): readonly AuditEntry[] {
  const isChange = (CHANGE_ACTIONS as readonly string[]).includes(action);
  const entry: AuditEntry = {
    time: "2026-03-01T12:00:00.000Z",
    principal: "function:chart",
    onBehalfOf: "person:dr-okafor",
    action,
    purpose: "TREAT",
    decision: "allow",
    policies: ["all"],
    outcome: "success",
    ...(action.startsWith("egress.") ? { host: "registry.example.org", carries: "phi" as const } : {}),
    ...(isChange ? { item: "policies/a.cedar", digest: `sha256:${"1".repeat(64)}` } : {}),
    trace: "cd".repeat(16),
  };
  return [
    entry,
    { ...entry, resource: { type: "Observation", tag: TAG }, subject: TAG },
    { ...entry, resource: { type: "Organization", tag: TAG } },
    { ...entry, decision: "deny", outcome: "refused", reason: "access-denied" },
  ];
}

const create = async (body: object) => await fhir.interact(CALLER, { method: "POST", path: "AuditEvent", body });

describe("an exported AuditEvent", () => {
  test("is valid R4 to our own server, whatever it tells of, in every profile", async () => {
    const profiles = new Set<string>();
    for (const event of events) {
      const { id: _, ...body } = event;
      const { status } = await create(body);
      assert.equal(status, 201, JSON.stringify(body));
      for (const profile of (body["meta"] as { profile?: string[] } | undefined)?.profile ?? []) {
        profiles.add(profile.replace(/^.*BasicAudit\./, ""));
      }
    }
    const rest = ["Create", "Delete", "Query", "Read", "Update"];
    const named = [...rest, ...rest.map((name) => `Patient${name}`), "PrivacyDisclosure.Source"];
    assert.deepEqual([...profiles].sort(), named.sort());
  });

  test("is refused where an element is wrong", async () => {
    const { id: _, ...event } = events[0] ?? {};
    assert.equal((await create(event)).status, 201);
    for (const wrong of [{ action: "X" }, { recorded: "yesterday" }, { agent: [] }, { outcome: 0 }]) {
      await assert.rejects(create({ ...event, ...wrong }), JSON.stringify(wrong));
    }
  });
});
