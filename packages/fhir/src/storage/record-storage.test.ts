import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { systemClock } from "@ward/core";
import type { RecordWriter } from "@ward/access";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { anObservation, aPatient, codeOf, failureOf, startFixture, type Fixture } from "../testing/fixture.ts";
import type { OpenRecord, RecordStorage, RecordWrite, RowQuery, WriteResult } from "./contract.ts";
import { createRecordStorage, type RecordRules } from "./record-storage.ts";
import { retryContended } from "./retry-contended.ts";

let f: Fixture;
let storage: RecordStorage;
before(async () => {
  f = await startFixture();
  storage = openStorage();
});
after(async () => await f.close());

const openStorage = (rules: RecordRules = {}) => createRecordStorage({ vault: f.vault, clock: systemClock, rules });
const V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/;

/** In a session of its own. */
const write = (...writes: readonly RecordWrite[]) => writeTo(storage, ...writes);
async function writeTo(to: RecordStorage, ...writes: readonly RecordWrite[]): Promise<readonly WriteResult[]> {
  const work = async (writer: RecordWriter) => {
    const value = await to.write(
      writer,
      writes.map((each) => to.prepareWrite(each)),
    );
    return { value, touched: value.flatMap(({ touched }) => touched ?? []) };
  };
  const act = { action: "fhir.update", resourceType: "Observation" } as const;
  return await f.door.session(f.caller, (acts) => acts.write(act, work));
}

const create = (resource: JsonObject, id: string = randomUUID()): RecordWrite => ({
  kind: "create",
  type: resource["resourceType"] as string,
  id,
  resource,
});
const update = (resource: JsonObject, id: string, ifMatch?: number): RecordWrite => ({
  kind: "update",
  type: resource["resourceType"] as string,
  id,
  resource,
  ...(ifMatch === undefined ? {} : { ifMatch }),
});
const remove = (type: string, id: string): RecordWrite => ({ kind: "delete", type, id });

const db = () => f.db.database;
async function readRecord(type: string, id: string): Promise<OpenRecord | undefined> {
  const row = await storage.findRecord(db(), type, id);
  return row && (await storage.open(db(), [row]))[0];
}
const idsOf = async (query: Partial<RowQuery>) => {
  const rows = await storage.findRows(db(), {
    types: ["Observation"],
    allOf: [],
    order: "newest",
    limit: 100,
    ...query,
  });
  return (await storage.open(db(), rows)).map(({ id }) => id);
};

describe("ids", () => {
  it("keep a random one, and hash every other, differently for each type", () => {
    const random = randomUUID();
    assert.equal(storage.recordId("Patient", random), random);
    const others = [
      "example",
      "MRN-20481632",
      random.toUpperCase(),
      random.replace(/-4/, "-7"),
      random.replace(/-4/, "-8"),
    ];
    const mapped = others.flatMap((id) => [storage.recordId("Patient", id), storage.recordId("Observation", id)]);
    for (const id of mapped) assert.match(id, V8);
    assert.equal(new Set(mapped).size, mapped.length);
    assert.equal(storage.recordId("Patient", "example"), openStorage().recordId("Patient", "example"));
  });

  it("chosen by clients stand in no table and no ledger entry, and come back out of the ciphertext", async () => {
    const [patient, observation] = [`mrn-${randomUUID()}`, `lab-${randomUUID()}`];
    await write(update(aPatient(), patient), update(anObservation(`Patient/${patient}`), observation));
    const record = await readRecord("Observation", observation);
    assert.equal(record?.id, observation);
    assert.equal(record.resource["id"], observation);
    assert.equal(record.touched.id, storage.recordId("Observation", observation));
    assert.equal(record.subjectId, storage.recordId("Patient", patient));
    assert.deepEqual(await idsOf({ subjectIds: [patient] }), [observation]);
    assert.deepEqual(await idsOf({ ids: [observation, "other"] }), [observation]);
    const entries = (await f.entries()).join();
    const rows = JSON.stringify(
      await db().query("select t::text from fhir.record t union all select t::text from vault.compartment_key t"),
    );
    for (const text of [entries, rows]) assert.ok(!text.includes(patient) && !text.includes(observation));
  });

  it("of two types may be the same", async () => {
    const id = randomUUID();
    await write(update(aPatient(), id), update(anObservation(`Patient/${id}`), id));
    assert.equal((await readRecord("Patient", id))?.type, "Patient");
    assert.equal((await readRecord("Observation", id))?.type, "Observation");
  });
});

describe("writes", () => {
  it("make each version of a record the next, with its time and the key of its patient", async () => {
    const [one, two, id] = [randomUUID(), randomUUID(), randomUUID()];
    const [first] = await write(update(anObservation(`Patient/${one}`), id));
    const [second] = await write(update(anObservation(`Patient/${two}`), id, 1));
    const [third] = await write(update(anObservation("Device/d"), id));
    assert.deepEqual([first?.outcome, second?.outcome, third?.outcome], ["created", "updated", "updated"]);
    for (const [version, subject] of [one, two, undefined].entries()) {
      const row = await storage.findVersion(db(), "Observation", id, version + 1);
      const [record] = row ? await storage.open(db(), [row]) : [];
      assert.deepEqual([record?.version, record?.subjectId], [version + 1, subject]);
      assert.ok(record && isObject(record.resource["meta"]));
      assert.equal(record.resource["meta"]["versionId"], `${version + 1}`);
    }
    assert.deepEqual(JSON.parse(String(third?.json)), third?.resource);
    assert.equal(await codeOf(write(update(anObservation("Device/d"), id, 2))), "version-conflict");
    assert.equal(await codeOf(write(update(anObservation("Device/d"), randomUUID(), 1))), "version-conflict");
  });

  it("delete by a tombstone that holds nothing but the id, and may be followed by another version", async () => {
    const id = `x.${randomUUID()}`;
    await write(update(anObservation("Device/d"), id));
    assert.equal((await write(remove("Observation", id)))[0]?.outcome, "deleted");
    const tombstone = await readRecord("Observation", id);
    assert.equal(tombstone?.deleted, true);
    assert.deepEqual(Object.keys(tombstone.resource), ["resourceType", "id", "meta"]);
    assert.deepEqual(await idsOf({ ids: [id] }), []);
    const [row] = await db().query<{ tokens: bigint[] }>("select tokens from fhir.record where id = $1", [
      tombstone.recordId,
    ]);
    assert.deepEqual(row?.tokens, []);
    assert.equal((await write(remove("Observation", id)))[0]?.outcome, "absent");
    const [again] = await write(update(anObservation("Device/d"), id));
    assert.deepEqual([again?.outcome, again?.version], ["created", 3]);
  });

  it("all happen or none, and say which is in the way", async () => {
    const [good, bad] = [randomUUID(), randomUUID()];
    await write(update(anObservation("Device/d"), bad));
    const failure = await failureOf(
      write(update(anObservation("Device/d"), good), update(anObservation("Device/d"), bad, 7)),
    );
    assert.deepEqual([failure.code, failure.detail["entry"]], ["version-conflict", 1]);
    assert.equal(await readRecord("Observation", good), undefined);
  });

  it("of one record at once follow each other, and none is lost", async () => {
    const id = randomUUID();
    const results = await Promise.all(
      Array.from({ length: 20 }, async () => (await write(update(anObservation("Device/d"), id)))[0]?.version),
    );
    assert.deepEqual(
      results.toSorted((a, b) => Number(a) - Number(b)),
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    assert.equal(await storage.countHistory(db(), { types: ["Observation"], id }), 20);
  });

  it("of one record at once with the same If-Match let one through", async () => {
    const id = randomUUID();
    await write(update(anObservation("Device/d"), id));
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => write(update(anObservation("Device/d"), id, 1))),
    );
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  });

  it("lie with the first patient that R4's compartment names, whatever else they refer to", async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const reference = (to: string) => ({ reference: to });
    const cases: [JsonObject, string | undefined][] = [
      [anObservation("Group/g"), undefined],
      [{ ...anObservation("Group/g"), performer: [reference(`Patient/${two}`)] }, two],
      [{ ...anObservation(`Patient/${one}`), performer: [reference(`Patient/${two}`)] }, one],
      [{ ...anObservation("Device/d"), subject: { display: "Amara" } }, undefined],
      [{ resourceType: "Device", patient: reference(`Patient/${two}`) }, two],
      [{ resourceType: "Binary", contentType: "text/plain", securityContext: reference(`Patient/${one}`) }, one],
    ];
    for (const [resource, subject] of cases) {
      assert.equal((await write(create(resource)))[0]?.touched?.subjectId, subject);
    }
  });

  it("hold references to what must be there, and subjects to a name, where the rules say so", async () => {
    const strict = openStorage({ referentialIntegrity: ["Patient"], namedSubjects: true });
    const [patient, other] = [randomUUID(), randomUUID()];
    const dangling = await failureOf(writeTo(strict, create(anObservation(`Patient/${patient}`))));
    assert.deepEqual(dangling.detail, { issues: ["Observation: reference-not-found"], entry: 0 });
    await writeTo(strict, create(aPatient(), patient), create(anObservation(`Patient/${patient}`)));
    await writeTo(strict, create(anObservation(`Patient/${patient}`)), create(anObservation("Device/nowhere")));
    await write(remove("Patient", patient));
    assert.equal(await codeOf(writeTo(strict, create(anObservation(`Patient/${patient}`)))), "invalid-resource");
    for (const subject of [{ display: "Amara" }, { reference: `https://elsewhere.example/Patient/${other}` }]) {
      assert.equal(
        await codeOf(writeTo(strict, create({ ...anObservation("Device/d"), subject }))),
        "invalid-resource",
      );
    }
  });
});

describe("rows", () => {
  it("come in every order, page by page, without a gap or a double", async () => {
    const patient = randomUUID();
    const ids = Array.from({ length: 12 }, () => randomUUID());
    for (const id of ids) await write(update(anObservation(`Patient/${patient}`), id));
    for (const id of ids.slice(0, 5)) await write(update(anObservation(`Patient/${patient}`), id));
    const byTime = [...ids.slice(5), ...ids.slice(0, 5)];
    for (const [order, wanted] of [
      ["newest", ids.toReversed()],
      ["lastUpdated", byTime],
      ["-lastUpdated", byTime.toReversed()],
    ] as const) {
      const found: string[] = [];
      let after: RowQuery["after"];
      for (;;) {
        const query = { types: ["Observation", "Condition"], allOf: [], subjectIds: [patient], order, limit: 5 };
        const rows = await storage.findRows(db(), { ...query, ...(after ? { after } : {}) });
        found.push(...(await storage.open(db(), rows)).map(({ id }) => id));
        const last = rows.at(-1);
        if (!last) break;
        after = { sequence: last.sequence, lastUpdated: last.last_updated };
      }
      // Written within the same millisecond, two may stand either way.
      assert.deepEqual(order === "newest" ? found : found.toSorted(), order === "newest" ? wanted : wanted.toSorted());
    }
  });

  it("are chosen by tokens, all of and none of, and by time", async () => {
    const patient = randomUUID();
    const token = (code: string) => f.vault.blindIndex("Observation.code", JSON.stringify([null, code]));
    const code = (value: string): JsonObject => ({ code: { coding: [{ code: value }] } });
    const [one, two] = [randomUUID(), randomUUID()];
    await write(create(anObservation(`Patient/${patient}`, code("a")), one));
    await new Promise((wake) => setTimeout(wake, 2));
    const between = new Date();
    await new Promise((wake) => setTimeout(wake, 2));
    await write(create(anObservation(`Patient/${patient}`, code("b")), two));
    const rows = await storage.findRows(db(), {
      types: ["Observation"],
      allOf: [],
      subjectIds: [patient],
      order: "newest",
      limit: 9,
    });
    const tokens = await db().query<{ tokens: bigint[] }>("select tokens from fhir.record where subject_id = $1", [
      patient,
    ]);
    assert.equal(rows.length, 2);
    const own = tokens.map((row) => row.tokens.filter((each) => !tokens.every((other) => other.tokens.includes(each))));
    const [ofOne = [], ofTwo = []] = own;
    assert.ok(ofOne.length > 0 && ofTwo.length > 0 && token("a") !== token("b"));
    const subjectIds = [patient];
    assert.deepEqual(await idsOf({ subjectIds, allOf: [ofOne.slice(0, 1)] }), [one]);
    assert.deepEqual(await idsOf({ subjectIds, allOf: [[...ofOne, ...ofTwo]] }), [two, one]);
    assert.deepEqual(await idsOf({ subjectIds, allOf: [ofOne.slice(0, 1), ofTwo.slice(0, 1)] }), []);
    assert.deepEqual(await idsOf({ subjectIds, updated: { from: between } }), [two]);
    assert.deepEqual(await idsOf({ subjectIds, updated: { to: between } }), [one]);
    const count = { types: ["Observation"], allOf: [], subjectIds };
    assert.equal(await storage.countRows(db(), { ...count, limit: 10 }), 2);
    assert.equal(await storage.countRows(db(), { ...count, limit: 1 }), 1);
  });

  it("tell labels and element names without the resource being parsed", async () => {
    const security = [{ system: "http://x.example", code: "R" }, { code: "V" }];
    const [written] = await write(create({ ...anObservation("Device/d"), meta: { security } }));
    const row = await storage.findRecord(db(), "Observation", written?.id ?? "");
    assert.ok(row);
    const { json, labels, touched } = await storage.openBytes(db(), row);
    assert.deepEqual(labels, ["http://x.example|R", "|V"]);
    const keys = Object.keys(JSON.parse(String(json)) as JsonObject).filter((key) => key !== "resourceType");
    assert.deepEqual(touched.fields, keys);
    const members = (value: JsonValue | undefined) => (isObject(value) ? Object.keys(value) : []);
    assert.deepEqual(members(written?.resource?.["meta"]), ["security", "versionId", "lastUpdated"]);
  });
});

describe("histories", () => {
  it("go from the newest version back, of a record, a type or several, page by page", async () => {
    const [one, two, device] = [randomUUID(), randomUUID(), randomUUID()];
    const since = new Date();
    await write(create(anObservation("Device/d"), one));
    await write(create({ resourceType: "Device" }, device));
    await write(create(anObservation("Device/d"), two));
    await new Promise((wake) => setTimeout(wake, 3));
    const middle = new Date();
    await new Promise((wake) => setTimeout(wake, 3));
    await write(update(anObservation("Device/d"), one));
    await new Promise((wake) => setTimeout(wake, 3));
    await write(remove("Observation", one));
    const read = async (query: Partial<Parameters<RecordStorage["findHistory"]>[1]>) => {
      const rows = await storage.findHistory(db(), { limit: 100, since, ...query });
      return rows.map(({ id, version, deleted }) => [id, version, deleted] as const);
    };
    const own = [
      [one, 3, true],
      [one, 2, false],
      [one, 1, false],
    ];
    assert.deepEqual(await read({ types: ["Observation"], id: one }), own);
    assert.deepEqual((await read({ types: ["Observation"] })).slice(0, 2), own.slice(0, 2));
    assert.equal((await read({ types: ["Observation"] })).length, 4);
    assert.equal((await read({ types: ["Observation", "Device"] })).length, 5);
    assert.equal((await read({})).length, 5);
    assert.equal(await storage.countHistory(db(), { since }), 5);
    const at = { from: middle, to: middle };
    const then = await read({ types: ["Observation"], at: { from: middle, to: new Date(middle.getTime() + 1) } });
    const names = then.map(([id, version]) => `${id} ${version}`);
    assert.deepEqual(new Set(names), new Set([`${one} 1`, `${two} 1`]));
    assert.equal((await read({ types: ["Device"], at })).length, 1);
    const paged: unknown[] = [];
    let after: Parameters<RecordStorage["findHistory"]>[1]["after"];
    for (;;) {
      const [row] = await storage.findHistory(db(), { since, limit: 1, ...(after ? { after } : {}) });
      if (!row) break;
      paged.push([row.id, row.version, row.deleted]);
      after = { lastUpdated: row.last_updated, sequence: row.sequence, version: row.version };
    }
    assert.deepEqual(paged, await read({}));
  });
});

describe("conditions", () => {
  it("of twenty writers at once let one of them make the record, which the others find", async () => {
    const mrn = randomUUID();
    const lock = f.vault.blindIndex("Patient.identifier", mrn);
    const find = async () => {
      const rows = await storage.findRows(db(), { types: ["Patient"], allOf: [], order: "newest", limit: 100 });
      const open = await storage.open(db(), rows);
      return open.filter(({ resource }) => JSON.stringify(resource).includes(mrn));
    };
    const made = await Promise.all(
      Array.from({ length: 20 }, () =>
        f.door.session(f.caller, (acts) =>
          acts.write({ action: "fhir.create", resourceType: "Patient" }, async (writer) => {
            const [match] = await storage.matchConditions(writer, [{ canonical: mrn, locks: [lock], find }]);
            if (typeof match === "object") return { value: match.id, touched: [match.touched] };
            const [result] = await storage.write(writer, [storage.prepareWrite(create(aPatient(mrn)))]);
            return { value: result?.id, touched: result?.touched ? [result.touched] : [] };
          }),
        ),
      ),
    );
    assert.equal(new Set(made).size, 1);
    assert.equal((await find()).length, 1);
  });
});

describe("two nodes on one database", () => {
  it("that write one record at once lose no version and write none twice", async () => {
    const id = randomUUID();
    const other = openStorage();
    const put = (at: number) =>
      retryContended(() => writeTo(at % 2 === 0 ? storage : other, update(anObservation("Device/d"), id)));
    await Promise.all(Array.from({ length: 16 }, (_, at) => put(at)));
    const rows = await storage.findHistory(db(), { types: ["Observation"], id, limit: 100 });
    assert.deepEqual(
      rows.map(({ version }) => version),
      Array.from({ length: rows.length }, (_, at) => rows.length - at),
    );
    assert.equal(rows.length, 16);
  });
});
