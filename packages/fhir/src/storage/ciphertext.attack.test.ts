/** Attacks of somebody who can write or read the database: what they change does not open, what they read says nothing. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
import {
  anObservation,
  aPatient,
  aTransaction,
  bodyOf,
  codeOf,
  failureOf,
  MRN_SYSTEM,
  post,
  startFixture,
  type Fixture,
} from "../testing/fixture.ts";

let f: Fixture;
before(async () => {
  f = await startFixture();
});
after(async () => await f.close());

const create = async (resource: JsonObject) =>
  bodyOf(await f.fhir.interact(f.caller, { method: "POST", path: resource["resourceType"] as string, body: resource }));
const read = (path: string) => f.fhir.interact(f.caller, { method: "GET", path });
const sql = (text: string, values: unknown[]) => f.db.database.query(text, values);

describe("a changed row", () => {
  it("does not open when a body is moved to another record of the same patient", async () => {
    const patient = await create(aPatient());
    const one = await create(anObservation(`Patient/${patient.id}`));
    const two = await create(anObservation(`Patient/${patient.id}`, { status: "amended" }));
    await sql(
      `update fhir.record r set body = other.body from fhir.record other
        where (r.id = $1 and other.id = $2) or (r.id = $2 and other.id = $1)`,
      [one.id, two.id],
    );
    assert.equal(await codeOf(read(`Observation/${one.id}`)), "decryption-failed");
    assert.equal(await codeOf(read(`Observation?patient=${patient.id}`)), "decryption-failed");
  });

  it("does not open when an old body is passed off as the current version", async () => {
    const mrn = randomUUID();
    const { id } = await create(aPatient(mrn));
    await f.fhir.interact(f.caller, { method: "PUT", path: `Patient/${id}`, body: { ...aPatient(mrn), id } });
    await sql(
      "update fhir.record r set body = o.body from fhir.history o where r.id = $1 and o.id = $1 and o.version = 1",
      [id],
    );
    assert.equal(await codeOf(read(`Patient/${id}`)), "decryption-failed");
  });

  it("does not open when the row is given to another patient, or to none", async () => {
    const [one, two] = [await create(aPatient()), await create(aPatient())];
    const observation = await create(anObservation(`Patient/${one.id}`));
    await sql("update fhir.record set subject_id = $2 where id = $1", [observation.id, two.id]);
    assert.equal(await codeOf(read(`Observation/${observation.id}`)), "decryption-failed");
    await create(anObservation("Device/none"));
    await sql("update fhir.record set subject_id = null where id = $1", [observation.id]);
    assert.equal(await codeOf(read(`Observation/${observation.id}`)), "decryption-failed");
  });

  const CARDS = [
    ["of another record", "update fhir.record r set card = o.card from fhir.record o where r.id = $1 and o.id = $2"],
    ["of another version", "update fhir.record r set version = 2 where r.id = $1 and $2::uuid is not null"],
    ["cut off", "update fhir.record set card = substring(card for 40) where id = $1 and $2::uuid is not null"],
    ["too short to be one", "update fhir.record set card = '\\x02' where id = $1 and $2::uuid is not null"],
  ] as const;
  for (const [what, change] of CARDS) {
    it(`does not answer by a card ${what}, among few and among many`, async () => {
      for (const count of [1, 12]) {
        const patient = await create(aPatient());
        const ids: unknown[] = [];
        for (let at = 0; at < count; at++) ids.push((await create(anObservation(`Patient/${patient.id}`))).id);
        const other = await create(anObservation(`Patient/${patient.id}`, { status: "amended" }));
        await sql(change, [ids[0], other.id]);
        assert.equal(await codeOf(read(`Observation?subject=Patient/${patient.id}&_sort=-date`)), "decryption-failed");
      }
    });
  }

  it("is found as before where its card is gone", async () => {
    const patient = await create(aPatient());
    const [one, two] = [
      await create(anObservation(`Patient/${patient.id}`, { effectiveDateTime: "2024-01-01" })),
      await create(anObservation(`Patient/${patient.id}`, { effectiveDateTime: "2024-01-02" })),
    ];
    await sql("update fhir.record set card = null where id = $1", [one.id]);
    const found = bodyOf(await read(`Observation?patient=${patient.id}&_sort=-date`)) as unknown as {
      entry: { resource: JsonObject }[];
    };
    assert.deepEqual(
      found.entry.map(({ resource }) => resource["id"]),
      [two.id, one.id],
    );
  });

  it("is not found by tokens of another record", async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const victim = await create(aPatient(one));
    const other = await create(aPatient(two));
    await sql("update fhir.record set tokens = (select tokens from fhir.record where id = $1) where id = $2", [
      victim.id,
      other.id,
    ]);
    const found = bodyOf(await read(`Patient?identifier=${one}`)) as unknown as {
      total: number;
      entry: { resource: JsonObject }[];
    };
    assert.equal(found.total, 1);
    assert.equal(found.entry[0]?.resource["id"], victim.id);
  });

  it("is unreadable for good once the patient's key is destroyed", async () => {
    const patient = await create(aPatient());
    const observation = await create(anObservation(`Patient/${patient.id}`));
    await f.db.database.transaction((tx) => f.vault.destroyCompartment(tx, `Patient/${patient.id}`));
    assert.equal(await codeOf(read(`Observation/${observation.id}`)), "key-unavailable");
  });
});

describe("what is at rest, and what errors say", () => {
  const CANARY = {
    family: "Zyxwvutsrq",
    mrn: "MRN-CANARY-90817263",
    birthDate: "1917-11-23",
    phone: "0555-817-2639",
    text: "canary finding of the pancreas",
    code: "canary-code-7",
  };

  it("holds no value of a patient in any table, in bytes, hex or base64", async () => {
    const fullUrl = `urn:uuid:${randomUUID()}`;
    const patient = aPatient(CANARY.mrn, {
      name: [{ family: CANARY.family }],
      birthDate: CANARY.birthDate,
      telecom: [{ system: "phone", value: CANARY.phone }],
      text: { status: "generated", div: `<div xmlns="http://www.w3.org/1999/xhtml">${CANARY.family}</div>` },
    });
    const observation = anObservation(fullUrl, {
      code: { coding: [{ code: CANARY.code }] },
      note: [{ text: CANARY.text }],
    });
    const body = aTransaction(
      post(patient, { fullUrl }, { ifNoneExist: `identifier=${CANARY.mrn}` }),
      post(observation),
    );
    await f.fhir.interact(f.caller, { method: "POST", path: "", body });
    await read(`Patient?identifier=${MRN_SYSTEM}|${CANARY.mrn}&birthdate=${CANARY.birthDate}`);
    await read(`Observation?code=${CANARY.code}`);
    await failureOf(
      f.fhir.interact(f.caller, { method: "POST", path: "Patient", body: { ...patient, gender: CANARY.family } }),
    );

    const dump = await dumpEverything();
    assert.ok(dump.includes("fhir.create"), "the dump reads the ledger's bytes");
    for (const value of Object.values(CANARY)) {
      for (const form of formsOf(value)) assert.ok(!dump.includes(form), `found ${form}`);
    }
  });

  it("names paths and rules in errors, never values or unknown names", async () => {
    const bad: JsonObject = {
      ...aPatient(CANARY.mrn),
      gender: CANARY.family,
      birthDate: CANARY.text,
      [CANARY.family]: 1,
      name: [{ family: { [CANARY.family]: CANARY.mrn }, use: CANARY.code }],
      contained: [{ resourceType: CANARY.family }],
    };
    for (const body of [bad, { ...bad, contained: [] }, { ...aPatient(), contact: [{ [CANARY.family]: {} }] }]) {
      const failure = await failureOf(f.fhir.interact(f.caller, { method: "POST", path: "Patient", body }));
      const said = JSON.stringify([failure.message, failure.detail, failure.cause ?? null, failure.stack]);
      for (const value of Object.values(CANARY)) assert.ok(!said.includes(value), said);
      assert.ok((failure.detail["issues"] as string[]).length > 0);
    }
  });
});

/** Every row of every table, bytes both as hex and as text. */
async function dumpEverything(): Promise<string> {
  const tables = await f.db.database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    for (const { row } of await f.db.database.query<{ row: string }>(`select t::text as row from ${name} t`)) {
      parts.push(row);
      for (const [, hex] of row.matchAll(/\\x([0-9a-f]+)/g))
        parts.push(Buffer.from(hex as string, "hex").toString("latin1"));
    }
  }
  return parts.join("\n");
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // The base64 of a value inside a longer text depends on its offset; the outer characters mix with what is around.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "")
      .slice(shift ? 4 : 0, -2),
  );
  return [value, bytes.toString("hex"), Buffer.from(value, "utf16le").toString("hex"), ...base64];
}
