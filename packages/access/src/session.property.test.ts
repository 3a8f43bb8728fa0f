/**
 * Random sessions, on the real ledger: acts that succeed, fail, are refused, write halfway, and errors that are
 * swallowed or not, alone or within a unit of work that commits or rolls back. Whatever happens: a value that anybody
 * held has an entry, and a stored record has exactly one successful entry and the other way round.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WardError, type AuditEntry, type Transaction } from "@ward/core";
import fc from "fast-check";
import type { Acts, RecordWriter } from "./contract.ts";
import {
  CREATE,
  FUNCTION,
  openDoorFixture,
  pseudonym,
  SEARCH,
  UNGRANTED,
  type DoorFixture,
} from "./door-fixture-contract.ts";
import { realLedger } from "./ledger-contract.ts";

let fixture: DoorFixture;
before(async () => {
  fixture = await openDoorFixture(realLedger);
});
after(async () => await fixture.close());

const STEPS = [
  "read",
  "read-throws",
  "read-breaks-transaction",
  "read-swallows-broken-transaction",
  "read-with-unrecordable-fields",
  "refused",
  "write",
  "write-throws-before",
  "write-throws-after",
  "write-swallows-broken-transaction",
  "write-with-unrecordable-fields",
  "throw",
] as const;
const plans = fc.record({
  steps: fc.array(fc.record({ step: fc.constantFrom(...STEPS), isSwallowed: fc.boolean() }), { maxLength: 6 }),
  place: fc.constantFrom("own", "within-commit", "within-rollback"),
});

let serial = 0;

test("every value held has an entry, and stored records and successful writes are the same set", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ steps, place }) => {
      const held: string[] = [];
      const written: string[] = [];
      const work = async (acts: Acts) => {
        for (const { step, isSwallowed } of steps) {
          const id = `s${serial++}`;
          if (step.startsWith("write")) written.push(id);
          const done = run(acts, step, id).then((value) => void held.push(value));
          await (isSwallowed ? done.catch(() => undefined) : done);
        }
      };
      const entries = await fixture.entriesOf(() => runIn(place, work).catch(() => undefined));
      check(entries, held, written, await fixture.stored(), place);
    }),
    { numRuns: 150 },
  );
});

function check(
  entries: readonly AuditEntry[],
  held: readonly string[],
  written: readonly string[],
  stored: readonly string[],
  place: string,
): void {
  const entriesOf = (id: string) => entries.filter(({ subject }) => subject === pseudonym("subject", id));
  for (const id of held) {
    // A write within a unit of work shares its fate; its value held nothing but what the caller sent.
    if (written.includes(id) && place !== "own" && !stored.includes(id)) continue;
    assert.equal(entriesOf(id).length, 1, `${id} was held without an entry`);
  }
  for (const id of written) {
    const succeeded = entriesOf(id).filter(({ outcome }) => outcome === "success").length;
    assert.equal(succeeded, stored.includes(id) ? 1 : 0, `${id} is stored: ${stored.includes(id)}`);
  }
}

async function runIn(place: string, work: (acts: Acts) => Promise<void>): Promise<void> {
  if (place === "own") return await fixture.door.session(FUNCTION, work);
  const unit = await fixture.postgres.database.begin();
  // The unit of work goes on after a failed session, as a function may that catches the error.
  await fixture.door.session(FUNCTION, work, unit.tx).catch(() => undefined);
  await (place === "within-commit" ? unit.commit() : unit.rollback());
}

async function run(acts: Acts, step: (typeof STEPS)[number], id: string): Promise<string> {
  const touched = [{ type: "Patient", id, subjectId: id }];
  const unrecordable = [{ type: "Observation", id, subjectId: id, fields: ["not an element name"] }];
  const insert = ({ tx }: RecordWriter) => tx.query("insert into phi values ($1)", [id]);
  const breakTransaction = (sql: Pick<Transaction, "query">) => sql.query("select no_such_column from phi");
  switch (step) {
    case "read":
      return await acts.read(SEARCH, async () => ({ value: id, touched }));
    case "read-throws":
      return await acts.read(SEARCH, () => Promise.reject(new WardError("not-found")));
    case "read-breaks-transaction":
      return await acts.read(SEARCH, async ({ sql }) => {
        await breakTransaction(sql);
        return { value: id, touched };
      });
    case "read-swallows-broken-transaction":
      return await acts.read(SEARCH, async ({ sql }) => {
        await breakTransaction(sql).catch(() => undefined);
        return { value: id, touched };
      });
    case "read-with-unrecordable-fields":
      return await acts.read(SEARCH, async () => ({ value: id, touched: unrecordable }));
    case "refused":
      return await acts.read(UNGRANTED, async () => ({ value: id, touched }));
    case "write":
      return await acts.write(CREATE, async (writer) => {
        await insert(writer);
        return { value: id, touched };
      });
    case "write-throws-before":
      return await acts.write(CREATE, () => Promise.reject(new WardError("version-conflict")));
    case "write-throws-after":
      return await acts.write(CREATE, async (writer) => {
        await insert(writer);
        throw new WardError("invalid-resource");
      });
    case "write-swallows-broken-transaction":
      return await acts.write(CREATE, async (writer) => {
        await insert(writer);
        await breakTransaction(writer.tx).catch(() => undefined);
        return { value: id, touched };
      });
    case "write-with-unrecordable-fields":
      return await acts.write(CREATE, async (writer) => {
        await insert(writer);
        return { value: id, touched: unrecordable };
      });
    case "throw":
      throw new WardError("invalid-request");
  }
}
