import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { WardError, type Transaction } from "@ward/core";
import type { RecordReader, RecordWriter, Touched } from "./contract.ts";
import {
  CREATE,
  FUNCTION,
  openDoorFixture,
  pseudonym,
  READ,
  SEARCH,
  TRACE,
  UNGRANTED,
  type DoorFixture,
} from "./door-fixture-contract.ts";
import type { EntryTags } from "./entries.ts";
import { memoryLedger, realLedger } from "./ledger-contract.ts";

const PATIENT: Touched = { type: "Patient", id: "p1", subjectId: "p1", fields: ["name", "birthDate"] };
const denied = { code: "access-denied" };
const unrecordable = { code: "record-unavailable" };

for (const [name, makeLedger] of [
  ["a ledger in memory", memoryLedger],
  ["the real ledger", realLedger],
] as const) {
  describe(`the door, with ${name}`, () => {
    let fixture: DoorFixture;
    before(async () => {
      fixture = await openDoorFixture(makeLedger);
    });
    afterEach(async () => await fixture.under.mend());
    after(async () => await fixture.close());

    const readOne = async ({ sql }: RecordReader) => {
      const [row] = await sql.query<{ id: string }>("select id from phi where id = 'p1'");
      return { value: row?.id ?? "", touched: [PATIENT] };
    };
    const writeOne =
      (id: string) =>
      async ({ tx }: RecordWriter) => {
        await tx.query("insert into phi values ($1)", [id]);
        return { value: id, touched: [{ type: "Observation", id, subjectId: "p1" }] };
      };
    const inUnit = async (work: (tx: Transaction) => Promise<void>, end: "commit" | "rollback" = "commit") => {
      const unit = await fixture.postgres.database.begin();
      try {
        await work(unit.tx);
      } catch (error) {
        await unit.rollback();
        throw error;
      }
      await unit[end]();
    };

    describe("a permitted read", () => {
      test("gives its value and leaves who, what, why, whose record, by which policy", async () => {
        const entries = await fixture.entriesOf(async () => {
          const value = await fixture.door.session(FUNCTION, (acts) => acts.read(READ, readOne));
          assert.equal(value, "p1");
        });
        assert.deepEqual(entries, [
          {
            time: "2026-03-01T12:00:00.000Z",
            principal: "function:lab-result",
            action: "fhir.read",
            purpose: "TREAT",
            trace: TRACE,
            resource: { type: "Patient", tag: pseudonym("record", "Patient/p1") },
            subject: pseudonym("subject", "p1"),
            decision: "allow",
            policies: ["grant:lab-result:fhir.read:Patient"],
            outcome: "success",
            fields: ["birthDate", "name"],
          },
        ]);
      });

      test("of hits in three compartments leaves three entries with their counts", async () => {
        const touched = ["a", "b", "a", "c"].map((subjectId, at): Touched => ({
          type: "Patient",
          id: `${at}`,
          subjectId,
        }));
        const entries = await fixture.entriesOf(() =>
          fixture.door.session(FUNCTION, (acts) => acts.read(SEARCH, async () => ({ value: 0, touched }))),
        );
        const seen = entries.map(({ subject, count }) => [subject, count]);
        assert.deepEqual(seen, [
          [pseudonym("subject", "a"), 2],
          [pseudonym("subject", "b"), 1],
          [pseudonym("subject", "c"), 1],
        ]);
      });

      test("names each field once and in order, whatever lists its records bring", async () => {
        const shared = ["name", "id", "birthDate"];
        const record = (id: string, fields?: readonly string[]): Touched =>
          fields === undefined ? { type: "Patient", id, subjectId: "p1" } : { ...PATIENT, id, fields };
        for (const [touched, expected] of [
          [[record("1", shared)], ["birthDate", "id", "name"]],
          [
            [record("1", shared), record("2", shared)],
            ["birthDate", "id", "name"],
          ],
          [
            [record("1", shared), record("2", ["id", "active", "id"]), record("3")],
            ["active", "birthDate", "id", "name"],
          ],
          [[record("1"), record("2", [])], undefined],
          [[record("1", [])], undefined],
        ] as const) {
          const [entry] = await fixture.entriesOf(() =>
            fixture.door.session(FUNCTION, (acts) => acts.read(SEARCH, async () => ({ value: 0, touched }))),
          );
          assert.deepEqual(entry?.fields, expected);
        }
      });

      test("that finds nothing leaves one entry without subject", async () => {
        const entries = await fixture.entriesOf(() =>
          fixture.door.session(FUNCTION, (acts) => acts.read(SEARCH, async () => ({ value: 0, touched: [] }))),
        );
        assert.deepEqual(
          entries.map(({ subject, count, outcome }) => ({ subject, count, outcome })),
          [{ subject: undefined, count: 0, outcome: "success" }],
        );
      });

      test("carries release and on whose behalf", async () => {
        const release = `sha256:${"0".repeat(64)}`;
        const caller = { ...FUNCTION, release, onBehalfOf: { kind: "person", id: "dr-okafor", roles: [] } } as const;
        const [entry] = await fixture.entriesOf(() => fixture.door.session(caller, (acts) => acts.read(READ, readOne)));
        assert.equal(entry?.release, release);
        assert.equal(entry?.onBehalfOf, "person:dr-okafor");
      });

      test("carries the chain behind the one it acts for, and the session of the person in it", async () => {
        const session = { id: "s-1", device: "cart-7", assurance: "aal3", breakGlass: "life-threatening" } as const;
        const person = { kind: "person", id: "dr-okafor", roles: [], session } as const;
        const caller = { ...FUNCTION, onBehalfOf: person, chain: [{ kind: "service", id: "portal" }] } as const;
        const [entry] = await fixture.entriesOf(() => fixture.door.session(caller, (acts) => acts.read(READ, readOne)));
        assert.deepEqual(entry?.chain, ["service:portal"]);
        assert.deepEqual([entry.session, entry.device, entry.assurance], ["s-1", "cart-7", "aal3"]);
        // It acted for treatment, so that there was no glass to break.
        assert.equal(entry.breakGlass, undefined);
      });

      test("carries the reason of an emergency", async () => {
        const session = { breakGlass: "life-threatening" } as const;
        const person = { kind: "person", id: "dr-okafor", roles: ["clinician"], session } as const;
        const caller = { ...FUNCTION, principal: person, purpose: "ETREAT" } as const;
        const [entry] = await fixture.entriesOf(() =>
          fixture.door.note(caller, READ, { decision: "deny", outcome: "refused", reason: "access-denied" }),
        );
        assert.equal(entry?.breakGlass, "life-threatening");
      });
    });

    describe("a permitted write", () => {
      test("commits with one entry per record", async () => {
        const entries = await fixture.entriesOf(() =>
          fixture.door.session(FUNCTION, (acts) =>
            acts.write(CREATE, async ({ tx }) => {
              await tx.query("insert into phi values ('w1'), ('w2')");
              const touched = ["w1", "w2"].map((id): Touched => ({ type: "Observation", id, subjectId: "p1" }));
              return { value: undefined, touched };
            }),
          ),
        );
        assert.deepEqual(
          entries.map(({ resource, subject }) => [resource?.tag, subject]),
          ["w1", "w2"].map((id) => [pseudonym("record", `Observation/${id}`), pseudonym("subject", "p1")]),
        );
        assert.ok((await fixture.stored()).includes("w2"));
      });

      test("joins the caller's transaction with its entry, and vanishes with it", async () => {
        const entries = await fixture.entriesOf(() =>
          inUnit(async (tx) => {
            await fixture.door.session(FUNCTION, (acts) => acts.write(CREATE, writeOne("gone")), tx);
          }, "rollback"),
        );
        assert.deepEqual(entries, []);
        assert.equal((await fixture.stored()).includes("gone"), false);
        const kept = await fixture.entriesOf(() =>
          inUnit(async (tx) => {
            await fixture.door.session(FUNCTION, (acts) => acts.write(CREATE, writeOne("kept")), tx);
            // In the unit of work it is visible before the commit.
            await fixture.door.session(
              FUNCTION,
              (acts) =>
                acts.read(SEARCH, async ({ sql }) => {
                  assert.equal((await sql.query("select 1 from phi where id = 'kept'")).length, 1);
                  return { value: 0, touched: [] };
                }),
              tx,
            );
          }),
        );
        assert.deepEqual(kept.map(({ action }) => action).sort(), ["fhir.create", "fhir.search"]);
      });
    });

    describe("a refused act", () => {
      test("is recorded before access-denied is thrown, and its callback never runs", async () => {
        let ran = false;
        const entries = await fixture.entriesOf(async () => {
          const session = fixture.door.session(FUNCTION, (acts) =>
            acts.read(UNGRANTED, async () => {
              ran = true;
              return { value: 0, touched: [] };
            }),
          );
          await assert.rejects(session, denied);
        });
        assert.equal(ran, false);
        const [entry, ...more] = entries;
        assert.equal(more.length, 0);
        assert.equal(entry?.decision, "deny");
        assert.equal(entry?.outcome, "refused");
        assert.equal(entry?.reason, "access-denied");
        assert.deepEqual(entry?.policies, []);
        assert.deepEqual(entry?.resource, { type: "Condition" });
      });

      test("is refused for another purpose than the granted one, and for another principal", async () => {
        for (const caller of [
          { ...FUNCTION, purpose: "HPAYMT" } as const,
          { ...FUNCTION, principal: { kind: "function", id: "notify" } } as const,
          { ...FUNCTION, principal: { kind: "service", id: "lab-result" } } as const,
          { ...FUNCTION, principal: { kind: "person", id: "lab-result", roles: ["lab-result"] } } as const,
        ]) {
          await assert.rejects(
            fixture.door.session(caller, (acts) => acts.read(READ, readOne)),
            denied,
          );
        }
      });

      test("stays recorded where the session or the unit of work rolls back", async () => {
        const entries = await fixture.entriesOf(() =>
          inUnit(async (tx) => {
            const session = fixture.door.session(FUNCTION, (acts) => acts.read(UNGRANTED, readOne), tx);
            await assert.rejects(session, denied);
          }, "rollback"),
        );
        assert.deepEqual(
          entries.map(({ outcome }) => outcome),
          ["refused"],
        );
      });

      test("that a session swallows does not undo its other acts", async () => {
        const entries = await fixture.entriesOf(() =>
          fixture.door.session(FUNCTION, async (acts) => {
            await acts.write(CREATE, writeOne("beside-refusal"));
            await assert.rejects(acts.read(UNGRANTED, readOne), denied);
          }),
        );
        assert.deepEqual(entries.map(({ outcome }) => outcome).sort(), ["refused", "success"]);
        assert.ok((await fixture.stored()).includes("beside-refusal"));
      });

      test("never names a text that a caller chose", async () => {
        const act = { action: "fhir.read", resourceType: "MRN 99887766", resourceId: "Quetzalcoatl" } as const;
        const entries = await fixture.entriesOf(() =>
          assert.rejects(
            fixture.door.session(FUNCTION, (acts) => acts.read(act, readOne)),
            denied,
          ),
        );
        assert.equal(entries[0]?.resource?.type, "Unrecognized");
        assert.doesNotMatch(JSON.stringify(entries), /99887766|Quetzal/);
      });
    });

    describe("an act whose callback throws", () => {
      test("leaves a durable failure with the error's code, and rethrows", async () => {
        const entries = await fixture.entriesOf(async () => {
          const session = fixture.door.session(FUNCTION, (acts) =>
            acts.read(READ, () => Promise.reject(new WardError("not-found"))),
          );
          await assert.rejects(session, { code: "not-found" });
        });
        assert.deepEqual(
          entries.map(({ outcome, reason, subject }) => ({ outcome, reason, subject })),
          [{ outcome: "failure", reason: "not-found", subject: pseudonym("subject", "p1") }],
        );
      });

      test("with something that quotes PHI leaves only a code", async () => {
        const entries = await fixture.entriesOf(() =>
          fixture.door
            .session(FUNCTION, (acts) => acts.read(READ, () => Promise.reject(new Error("MRN 99887766"))))
            .catch(() => undefined),
        );
        assert.equal(entries[0]?.reason, "internal");
        assert.doesNotMatch(JSON.stringify(entries), /99887766/);
      });

      test("after it wrote undoes the session, also where the session swallows the error", async () => {
        const work = fixture.door.session(FUNCTION, async (acts) => {
          await acts
            .write(CREATE, async ({ tx }) => {
              await tx.query("insert into phi values ('half')");
              throw new WardError("invalid-resource");
            })
            .catch(() => undefined);
          return "went on";
        });
        await assert.rejects(work, { code: "invalid-resource" });
        assert.equal((await fixture.stored()).includes("half"), false);
      });

      test("after it wrote makes the caller's unit of work unable to commit", async () => {
        const unit = inUnit(async (tx) => {
          const session = fixture.door.session(
            FUNCTION,
            (acts) =>
              acts.write(CREATE, async (writer) => {
                await writer.tx.query("insert into phi values ('half')");
                throw new WardError("invalid-resource");
              }),
            tx,
          );
          await assert.rejects(session, { code: "invalid-resource" });
        });
        await assert.rejects(unit);
        assert.equal((await fixture.stored()).includes("half"), false);
      });

      test("before it wrote leaves the caller's unit of work as it was", async () => {
        await inUnit(async (tx) => {
          const session = fixture.door.session(
            FUNCTION,
            (acts) => acts.write(CREATE, () => Promise.reject(new WardError("version-conflict"))),
            tx,
          );
          await assert.rejects(session, { code: "version-conflict" });
          await fixture.door.session(FUNCTION, (acts) => acts.write(CREATE, writeOne("after-conflict")), tx);
        });
        assert.ok((await fixture.stored()).includes("after-conflict"));
      });
    });

    describe("where the ledger cannot be written", () => {
      test("a read gives no value, in a session of its own and within a unit of work", async () => {
        await fixture.under.break();
        await assert.rejects(
          fixture.door.session(FUNCTION, (acts) => acts.read(READ, readOne)),
          unrecordable,
        );
        const unit = inUnit(async (tx) => {
          await fixture.door.session(FUNCTION, (acts) => acts.read(READ, readOne), tx);
        });
        await assert.rejects(unit, unrecordable);
      });

      test("a write does not happen, also where the error is swallowed", async () => {
        await fixture.under.break();
        const session = fixture.door.session(FUNCTION, async (acts) => {
          await acts.write(CREATE, writeOne("unrecorded")).catch(() => undefined);
        });
        await assert.rejects(session, unrecordable);
        const unit = inUnit(async (tx) => {
          const within = fixture.door.session(FUNCTION, (acts) => acts.write(CREATE, writeOne("unrecorded")), tx);
          await assert.rejects(within, unrecordable);
        });
        await assert.rejects(unit);
        assert.equal((await fixture.stored()).includes("unrecorded"), false);
      });

      test("a refusal is an unavailable record and not an access", async () => {
        await fixture.under.break();
        await assert.rejects(
          fixture.door.session(FUNCTION, (acts) => acts.read(UNGRANTED, readOne)),
          unrecordable,
        );
        await assert.rejects(fixture.door.permit(FUNCTION, UNGRANTED), unrecordable);
      });

      test("nothing is permitted or noted", async () => {
        await fixture.under.break();
        const secret = { action: "secret.read", resourceType: "Secret", resourceId: "sms-key" } as const;
        await assert.rejects(fixture.door.permit(FUNCTION, secret), unrecordable);
        const noted = fixture.door.note(FUNCTION, READ, { decision: "allow", outcome: "success" });
        await assert.rejects(noted, unrecordable);
      });
    });

    describe("no value gets out without an entry:", () => {
      const escaped = async (work: () => Promise<unknown>) => {
        const entries = await fixture.entriesOf(() => work().catch(() => undefined));
        return entries.filter(({ outcome, action }) => outcome === "success" && action === "fhir.read").length;
      };

      test("a session that throws after it read", async () => {
        let seen = "";
        const recorded = await escaped(() =>
          fixture.door.session(FUNCTION, async (acts) => {
            seen = await acts.read(READ, readOne);
            throw new Error("after reading");
          }),
        );
        assert.equal(seen, "p1");
        assert.equal(recorded, 1);
      });

      test("a session that read, and then swallowed an error that aborted its transaction", async () => {
        let seen = "";
        const recorded = await escaped(() =>
          fixture.door.session(FUNCTION, async (acts) => {
            seen = await acts.read(READ, readOne);
            const broken = acts.read(READ, async ({ sql }) => {
              await sql.query("select no_such_column from phi");
              return { value: "", touched: [] };
            });
            await broken.catch(() => undefined);
            return seen;
          }),
        );
        assert.equal(seen, "p1");
        assert.equal(recorded, 1);
      });

      test("a write whose session rolls back is recorded as failed", async () => {
        const entries = await fixture.entriesOf(() =>
          fixture.door
            .session(FUNCTION, async (acts) => {
              await acts.write(CREATE, writeOne("rolled-back"));
              throw new WardError("invalid-request");
            })
            .catch(() => undefined),
        );
        assert.deepEqual(
          entries.map(({ outcome, reason }) => [outcome, reason]),
          [["failure", "invalid-request"]],
        );
        assert.equal((await fixture.stored()).includes("rolled-back"), false);
      });

      test("a unit of work that rolls back after it read", async () => {
        const recorded = await escaped(() =>
          inUnit(async (tx) => {
            await fixture.door.session(FUNCTION, (acts) => acts.read(READ, readOne), tx);
          }, "rollback"),
        );
        assert.equal(recorded, 1);
      });

      test("an act that nobody awaits gives nothing, and fails its session", async () => {
        let late: unknown = "nothing";
        const session = fixture.door.session(FUNCTION, async (acts) => {
          void acts.read(READ, readOne).then(
            (value) => (late = value),
            () => undefined,
          );
          return "left early";
        });
        await assert.rejects(session, /awaits every act/);
        assert.equal(late, "nothing");
      });

      test("a query that nobody awaits gives nothing, and fails its act", async () => {
        let late: unknown = "nothing";
        const session = fixture.door.session(FUNCTION, (acts) =>
          acts.read(SEARCH, async ({ sql }) => {
            void sql.query("select id from phi").then(
              (rows) => (late = rows),
              () => undefined,
            );
            return { value: 0, touched: [] };
          }),
        );
        await assert.rejects(session, /awaits every query/);
        assert.equal(late, "nothing");
      });

      test("a handle kept after its callback is dead", async () => {
        let reader: RecordReader | undefined;
        let writer: RecordWriter | undefined;
        await fixture.door.session(FUNCTION, async (acts) => {
          await acts.read(SEARCH, async (lent) => {
            reader = lent;
            return { value: 0, touched: [] };
          });
          await acts.write(CREATE, async (lent) => {
            writer = lent;
            return { value: 0, touched: [] };
          });
          await assert.rejects(async () => reader?.sql.query("select id from phi"), /inside the callback/);
          await assert.rejects(async () => writer?.tx.query("select id from phi"), /inside the callback/);
        });
        await assert.rejects(async () => reader?.sql.query("select id from phi"), /inside the callback/);
        await assert.rejects(async () => writer?.sql.query("select id from phi"), /inside the callback/);
        assert.throws(() => writer?.tx.onCommit(() => undefined), /inside the callback/);
      });

      test("acts kept after their session are dead", async () => {
        const acts = await fixture.door.session(FUNCTION, async (lent) => lent);
        await assert.rejects(acts.read(READ, readOne), /only inside its callback/);
        await assert.rejects(acts.write(CREATE, writeOne("late")), /only inside its callback/);
      });

      test("a reader cannot write", async () => {
        const insert = "insert into phi values ('x') on conflict do nothing";
        const gaveUp = fixture.door.session(FUNCTION, (acts) =>
          acts.write(CREATE, async ({ tx }) => {
            await tx.query(insert);
            throw new WardError("invalid-request");
          }),
        );
        await assert.rejects(gaveUp, { code: "invalid-request" });
        for (const text of [
          insert,
          insert,
          "with gone as (delete from phi returning id) select id from gone",
          "select 1; delete from phi",
          "/* select */ truncate phi",
        ]) {
          const session = fixture.door.session(FUNCTION, (acts) =>
            acts.read(SEARCH, async ({ sql }) => ({ value: await sql.query(text), touched: [] })),
          );
          await assert.rejects(session, /needs a writer/, text);
        }
        assert.ok((await fixture.stored()).includes("p1"));
      });
    });

    describe("permit", () => {
      const emit = { action: "event.emit", resourceType: "EventType", resourceId: "lab.result.filed" } as const;

      test("records what it permits, with the policy and the subject's pseudonym", async () => {
        const [entry] = await fixture.entriesOf(() => fixture.door.permit(FUNCTION, emit, { subjectId: "p1" }));
        assert.deepEqual(entry?.policies, ["grant:lab-result:event.emit:lab.result.filed"]);
        assert.equal(entry?.subject, pseudonym("subject", "p1"));
        assert.equal(entry?.outcome, "success");
      });

      test("joins a unit of work, where a refusal does not", async () => {
        const entries = await fixture.entriesOf(() =>
          inUnit(async (tx) => {
            await fixture.door.permit(FUNCTION, emit, {}, tx);
            const other = { ...emit, resourceId: "lab.result.other" };
            await assert.rejects(fixture.door.permit(FUNCTION, other, {}, tx), denied);
          }, "rollback"),
        );
        assert.deepEqual(
          entries.map(({ outcome }) => outcome),
          ["refused"],
        );
      });

      test("names a granted host, and no other", async () => {
        const send = { action: "egress.send", resourceType: "Host", resourceId: "sms.example.org" } as const;
        const [granted] = await fixture.entriesOf(() => fixture.door.permit(FUNCTION, send));
        assert.equal(granted?.host, "sms.example.org");
        const elsewhere = { ...send, resourceId: "quetzalcoatl.example.org" };
        const [refused] = await fixture.entriesOf(() =>
          assert.rejects(fixture.door.permit(FUNCTION, elsewhere), denied),
        );
        assert.equal(refused?.host, "ungranted");
        assert.doesNotMatch(JSON.stringify(refused), /quetzal/);
      });
    });

    test("note records what it is told, without asking policy", async () => {
      const act = { action: "identity.forge", resourceType: "Function", resourceId: "lab-result" } as const;
      const result = { decision: "deny", outcome: "refused", reason: "access-denied" } as const;
      const [entry] = await fixture.entriesOf(() => fixture.door.note(FUNCTION, act, result));
      assert.equal(entry?.action, "identity.forge");
      assert.equal(entry?.decision, "deny");
      assert.deepEqual(entry?.policies, []);
    });

    test("many sessions that are refused or fail midway never wait for each other's connection", async () => {
      const one = (at: number) =>
        fixture.door.session(FUNCTION, async (acts) => {
          await acts.write(CREATE, writeOne(`crowd-${at}`));
          await assert.rejects(acts.read(UNGRANTED, readOne), denied);
        });
      const entries = await fixture.entriesOf(() => Promise.all(Array.from({ length: 60 }, (_, at) => one(at))));
      assert.equal(entries.length, 120);
    });

    test("a caller whose trace id is free text is a bug", async () => {
      const caller = { ...FUNCTION, traceId: "MRN 99887766" };
      await assert.rejects(
        fixture.door.session(caller, (acts) => acts.read(READ, readOne)),
        /trace id/,
      );
    });
  });
}

test("tags that are known at once and tags that are waited for make the same entries", async () => {
  const fixture = await openDoorFixture(memoryLedger);
  const atOnce = (id: string) => ({
    subject: pseudonym("subject", id),
    record: (reference: string) => pseudonym("record", reference),
  });
  const all = async (subjectTags: EntryTags["subjectTags"]) => {
    const door = fixture.makeDoor({ tags: { pseudonym, subjectTags } });
    const touched = ["a", "gone", "b"].map((id): Touched => ({ type: "Patient", id, subjectId: id }));
    return await fixture.entriesOf(async () => {
      await door.session(FUNCTION, (acts) => acts.read(SEARCH, async () => ({ value: 0, touched })));
      await door.session(FUNCTION, (acts) => acts.write(CREATE, async () => ({ value: 0, touched })));
      await door.session(FUNCTION, (acts) => acts.write(CREATE, async () => ({ value: 0, touched: [] })));
      const failing = door.session(FUNCTION, (acts) => acts.read(READ, () => Promise.reject(new Error("no"))));
      await assert.rejects(failing);
      await assert.rejects(door.permit(FUNCTION, UNGRANTED, { subjectId: "a" }), denied);
    });
  };
  const known = await all((id) => (id === "gone" ? undefined : atOnce(id)));
  assert.equal(known.length, 9);
  assert.deepEqual(await all(async (id) => (id === "gone" ? undefined : atOnce(id))), known);
  assert.deepEqual(await all((id) => (id === "gone" ? Promise.resolve(undefined) : atOnce(id))), known);
  const unreadable = all(async () => Promise.reject(new WardError("key-unavailable")));
  await assert.rejects(unreadable, { code: "key-unavailable" });
  await fixture.close();
});

describe("quotas", () => {
  let fixture: DoorFixture;
  before(async () => {
    fixture = await openDoorFixture(memoryLedger);
  });
  after(async () => await fixture.close());

  const noRecord = async () => ({ value: 0, touched: [] });

  test("refuse a principal's surplus of a minute, recorded once, and refill evenly", async () => {
    let now = Date.parse("2026-03-01T12:00:00Z");
    const door = fixture.makeDoor({ quotas: { actsPerMinute: 3 }, clock: { now: () => new Date(now) } });
    const act = () => door.session(FUNCTION, (acts) => acts.read(SEARCH, noRecord));
    const refused = { code: "quota-exceeded" };
    const entries = await fixture.entriesOf(async () => {
      for (let at = 0; at < 3; at++) await act();
      for (let at = 0; at < 5; at++) await assert.rejects(act(), refused);
      now += 20_000;
      await act();
      await assert.rejects(act(), refused);
      now += 41_000;
      await act();
      await act();
      await assert.rejects(act(), refused);
    });
    const surplus = entries.filter(({ reason }) => reason === "quota-exceeded");
    assert.equal(surplus.length, 2, "one in each minute");
    assert.equal(surplus[0]?.decision, "deny");
    assert.equal(entries.length - surplus.length, 6);
  });

  test("are per principal, and count refused acts", async () => {
    const door = fixture.makeDoor({ quotas: { actsPerMinute: 2 } });
    await assert.rejects(door.permit(FUNCTION, UNGRANTED), denied);
    await assert.rejects(door.permit(FUNCTION, UNGRANTED), denied);
    await assert.rejects(door.permit(FUNCTION, UNGRANTED), { code: "quota-exceeded" });
    const other = { ...FUNCTION, principal: { kind: "service", id: "other" } } as const;
    await assert.rejects(door.permit(other, UNGRANTED), denied);
  });

  test("record the next refusal where the first could not be recorded", async () => {
    const door = fixture.makeDoor({ quotas: { actsPerMinute: 0 } });
    await fixture.under.break();
    await assert.rejects(door.permit(FUNCTION, UNGRANTED), unrecordable);
    await fixture.under.mend();
    const entries = await fixture.entriesOf(() =>
      assert.rejects(door.permit(FUNCTION, UNGRANTED), { code: "quota-exceeded" }),
    );
    assert.equal(entries.length, 1);
  });
});
