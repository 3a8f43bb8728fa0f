import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import type { WardError } from "@ward/core";
import {
  anObservation,
  aPatient,
  aTransaction,
  bodyOf,
  codeOf,
  entriesOf,
  failureOf,
  MRN_SYSTEM,
  post,
  startFixture,
  WEAK_CALLER,
  type Fixture,
} from "../testing/fixture.ts";
import type { JsonObject } from "../json.ts";

let f: Fixture;
before(async () => {
  f = await startFixture();
});
after(async () => await f.close());
beforeEach(() => {
  f.acts.length = 0;
});

const create = async (resource: object, more: object = {}) =>
  await f.fhir.interact(f.caller, {
    method: "POST",
    path: (resource as { resourceType: string }).resourceType,
    body: resource,
    ...more,
  });
const get = async (path: string) => await f.fhir.interact(f.caller, { method: "GET", path });
const put = async (path: string, body: object, ifMatch?: string) =>
  await f.fhir.interact(f.caller, { method: "PUT", path, body, ...(ifMatch ? { ifMatch } : {}) });
const transact = async (...entries: JsonObject[]) =>
  await f.fhir.interact(f.caller, { method: "POST", path: "", body: aTransaction(...entries) });
const total = async (path: string) => bodyOf(await get(path))["total"] as number;

describe("create and read", () => {
  it("gives a random id, version 1 and a time, and reads back what was created", async () => {
    const created = await create({
      ...aPatient(),
      id: "mine",
      meta: { versionId: "77", profile: ["http://x.example/p"] },
    });
    const patient = bodyOf(created);
    assert.equal(created.status, 201);
    assert.match(patient.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(created.location, `Patient/${patient.id}/_history/1`);
    assert.equal(patient.meta.versionId, "1");
    assert.deepEqual(patient.meta["profile" as "versionId"], ["http://x.example/p"]);
    assert.deepEqual(bodyOf(await get(`Patient/${patient.id}`)), patient);
  });

  it("answers not-found for an id that does not exist or cannot exist", async () => {
    assert.equal(await codeOf(get(`Patient/${randomUUID()}`)), "not-found");
    assert.equal(await codeOf(get("Patient/12345")), "not-found");
    assert.equal(await codeOf(get("Unicorn/12345")), "not-found");
  });

  it("tells the door whose record it was and which elements were disclosed", async () => {
    const patient = bodyOf(await create(aPatient()));
    const observation = bodyOf(await create(anObservation(`Patient/${patient.id}`)));
    await get(`Observation/${observation.id}`);
    assert.deepEqual(
      f.acts.map(({ act }) => act.action),
      ["fhir.create", "fhir.create", "fhir.read"],
    );
    assert.deepEqual(f.acts[1]?.touched, [{ type: "Observation", id: observation.id, subjectId: patient.id }]);
    assert.deepEqual(f.acts[2]?.touched[0]?.fields, ["id", "meta", "status", "code", "subject", "valueQuantity"]);
  });

  it("keeps a record of a patient who is not known yet in that patient's compartment", async () => {
    const reference = `Patient/${randomUUID()}`;
    await create(anObservation(reference));
    assert.equal(f.acts.at(-1)?.touched[0]?.subjectId, reference.slice("Patient/".length));
  });

  it("keeps records about no patient apart", async () => {
    const device = bodyOf(
      await create({ resourceType: "Device", deviceName: [{ name: "Analyser", type: "user-friendly-name" }] }),
    );
    await create(anObservation(`Device/${device.id}`));
    assert.deepEqual(
      f.acts.at(-1)?.touched.map(({ subjectId }) => subjectId),
      [undefined],
    );
  });

  it("does nothing where the door refuses", async () => {
    const mrn = randomUUID();
    const call = { method: "POST", path: "Patient", body: aPatient(mrn) } as const;
    assert.equal(await codeOf(f.fhir.interact(WEAK_CALLER, call)), "access-denied");
    assert.equal(await total(`Patient?identifier=${mrn}`), 0);
  });

  it("refuses what it would replace itself where it is not even of its type", async () => {
    const sent: [object, string][] = [
      [{ id: 5 }, "Patient.id: format"],
      [{ meta: { versionId: 1 } }, "Patient.meta.versionId: format"],
      [{ meta: { lastUpdated: null } }, "Patient.meta.lastUpdated: format"],
    ];
    for (const [more, issue] of sent) {
      const call = { method: "POST", path: "Patient", body: { ...aPatient(), ...more } } as const;
      await assert.rejects(f.fhir.interact(f.caller, call), (thrown: WardError) => {
        assert.deepEqual(thrown.detail["issues"], [issue]);
        return true;
      });
    }
  });

  it("refuses what is no interaction, by name", async () => {
    const cases: [string, string, string][] = [
      ["GET", "Patient/1/_history", "not-found"],
      ["GET", "Patient/$unknown", "not-found"],
      ["GET", "Patient/$everything", "not-found"],
      ["POST", "Patient/1", "method-not-allowed"],
      ["PUT", "_history", "method-not-allowed"],
      ["PUT", "Patient", "invalid-request"],
      ["DELETE", "Patient", "invalid-request"],
      ["DELETE", "Patient?_count=1", "invalid-request"],
      ["DELETE", "Patient?unknown=1", "invalid-request"],
      ["DELETE", "Patient/1?identifier=2", "invalid-request"],
      ["GET", "Patient/1/Observation/2", "not-found"],
      ["GET", "Group/1/Observation", "not-found"],
      ["GET", "Patient/1/2/3/4", "not-found"],
      ["GET", "Patient/a%2Fb", "not-found"],
      ["GET", "Patient/%zz", "invalid-request"],
      ["GET", "", "invalid-request"],
      ["POST", "Parameters", "unsupported"],
      ["GET", "Patient/1/_history/x", "not-found"],
      ["GET", "Patient/1?_format=xml", "not-acceptable"],
      ["GET", "Patient/1?_summary=some", "invalid-request"],
    ];
    for (const [method, path, code] of cases) {
      const call = { method: method as "GET", path, body: {} };
      assert.equal(await codeOf(f.fhir.interact(f.caller, call)), code, `${method} ${path}`);
    }
  });
});

describe("update", () => {
  it("makes a new version, and finds the record by its new values only", async () => {
    const [before, now] = [randomUUID(), randomUUID()];
    const patient = bodyOf(await create(aPatient(before)));
    const updated = await put(`Patient/${patient.id}`, { ...aPatient(now), id: patient.id }, 'W/"1"');
    assert.equal(bodyOf(updated).meta.versionId, "2");
    assert.equal(await total(`Patient?identifier=${before}`), 0);
    assert.equal(await total(`Patient?identifier=${now}`), 1);
    assert.equal(bodyOf(await get(`Patient/${patient.id}`)).meta.versionId, "2");
  });

  it("lets one of two updates of the same version win", async () => {
    const { id } = bodyOf(await create(aPatient()));
    const race = await Promise.allSettled([1, 2, 3, 4].map(() => put(`Patient/${id}`, { ...aPatient(), id }, 'W/"1"')));
    assert.equal(race.filter(({ status }) => status === "fulfilled").length, 1);
    for (const each of race) if (each.status === "rejected") assert.equal(each.reason.code, "version-conflict");
    assert.equal(bodyOf(await get(`Patient/${id}`)).meta.versionId, "2");
  });

  it("serialises updates without If-Match", async () => {
    const { id } = bodyOf(await create(aPatient()));
    await Promise.all([1, 2, 3, 4, 5].map(() => put(`Patient/${id}`, { ...aPatient(), id })));
    assert.equal(bodyOf(await get(`Patient/${id}`)).meta.versionId, "6");
  });

  it("creates by update under the client's id, refuses another id, and moves to another patient's compartment", async () => {
    const id = `mrn-${randomUUID()}`;
    const created = await put(`Patient/${id}`, { ...aPatient(), id });
    assert.deepEqual([created.status, bodyOf(created).id], [201, id]);
    assert.equal(await codeOf(put(`Patient/${id}`, aPatient())), "invalid-request");
    const [one, two] = [bodyOf(await create(aPatient())), bodyOf(await create(aPatient()))];
    const observation = bodyOf(await create(anObservation(`Patient/${one.id}`)));
    await put(`Observation/${observation.id}`, { ...anObservation(`Patient/${two.id}`), id: observation.id });
    assert.equal(f.acts.at(-1)?.touched[0]?.subjectId, two.id);
  });
});

describe("search", () => {
  it("finds by identifier with and without its system", async () => {
    const [mrn, other] = [randomUUID(), randomUUID()];
    await create(aPatient(mrn));
    await create({ ...aPatient(), identifier: [{ value: other }] });
    assert.equal(await total(`Patient?identifier=${MRN_SYSTEM}|${mrn}`), 1);
    assert.equal(await total(`Patient?identifier=${encodeURIComponent(`${MRN_SYSTEM}|${mrn}`)}`), 1);
    assert.equal(await total(`Patient?identifier=${mrn}`), 1);
    assert.equal(await total(`Patient?identifier=|${mrn}`), 0);
    assert.equal(await total(`Patient?identifier=|${other}`), 1);
    assert.equal(await total(`Patient?identifier=http://other|${mrn}`), 0);
    assert.equal(await total(`Patient?identifier=${mrn},${other}`), 2);
    assert.equal(await total(`Patient?identifier=${mrn}&identifier=${other}`), 0);
    assert.equal(await total(`Patient?identifier=${mrn.toUpperCase()}`), 0);
    assert.ok((await total(`Patient?identifier=${MRN_SYSTEM}|`)) >= 1);
  });

  it("finds a value that holds the separators", async () => {
    await create(aPatient("a|b,c\\d"));
    assert.equal(await total(`Patient?identifier=${encodeURIComponent("a\\|b\\,c\\\\d")}`), 1);
    assert.equal(await total(`Patient?identifier=${encodeURIComponent(`${MRN_SYSTEM}|a\\|b\\,c\\\\d`)}`), 1);
  });

  it("finds by patient, subject and code together", async () => {
    const { id } = bodyOf(await create(aPatient()));
    const observation = bodyOf(await create(anObservation(`Patient/${id}`)));
    for (const query of [
      `patient=${id}`,
      `patient=Patient/${id}`,
      `subject=Patient/${id}`,
      `subject=${id}`,
      `subject=Patient/${id}&code=http://loinc.org|2345-7`,
      `patient=${id}&code=2345-7`,
      `_id=${observation.id}`,
      `_id=${observation.id},${randomUUID()}&patient=${id}`,
    ]) {
      assert.equal(await total(`Observation?${query}`), 1, query);
    }
    for (const query of [`subject=Group/${id}`, `patient=${id}&code=718-7`, `_id=12`, `patient=Device/${id}`]) {
      assert.equal(await total(`Observation?${query}`), 0, query);
    }
  });

  it("finds a birth date by day, month and year", async () => {
    const mrn = randomUUID();
    await create(aPatient(mrn, { birthDate: "1931-02-03" }));
    for (const [date, found] of [
      ["1931-02-03", 1],
      ["1931-02", 1],
      ["1931", 1],
      ["1931-02-04", 0],
      ["1932", 0],
    ] as const) {
      assert.equal(await total(`Patient?birthdate=${date}&identifier=${mrn}`), found, date);
    }
  });

  it("answers a searchset with the total, the entries and no others", async () => {
    const mrn = randomUUID();
    await create(aPatient(mrn));
    await create(aPatient(mrn));
    f.acts.length = 0;
    const answer = await get(`Patient?identifier=${mrn}&_count=1`);
    const { resourceType, type, total: count } = bodyOf(answer);
    assert.deepEqual([resourceType, type, count], ["Bundle", "searchset", 2]);
    assert.equal(entriesOf(answer).length, 1);
    assert.equal(f.acts[0]?.touched.length, 1);
  });

  it("names the parameter it does not know or support, and never its value", async () => {
    for (const [query, code, parameter] of [
      ["famly=Okafor", "invalid-request", "famly"],
      ["_content=Okafor", "unsupported", "_content"],
      ["Okafor%20Amara=1", "invalid-request", "(unnamed)"],
    ] as const) {
      const failure = await failureOf(get(`Patient?${query}`));
      assert.equal(failure.code, code);
      assert.equal(failure.detail["parameter"], parameter);
      assert.doesNotMatch(JSON.stringify(failure.detail), /Okafor/);
    }
  });

  it("looks among all types by what they have in common, and not for everything", async () => {
    const { id } = bodyOf(await create(aPatient()));
    assert.equal(await total(`?_id=${id}`), 1);
    for (const path of ["", "?_count=1", "?_type=", "?_sort=_id"]) {
      assert.equal(await codeOf(get(path)), "invalid-request", path);
    }
  });

  it("leaves out a parameter that it does not know for who asks for leniency", async () => {
    const mrn = randomUUID();
    await create(aPatient(mrn));
    const call = { method: "GET", path: `Patient?identifier=${mrn}&famly=x`, prefer: "handling=lenient" } as const;
    const { link, total: count } = bodyOf(await f.fhir.interact(f.caller, call));
    assert.equal(count, 1);
    assert.doesNotMatch(JSON.stringify(link), /famly/);
  });
});

describe("conditional create", () => {
  it("returns what is there, creates what is not, and refuses to choose", async () => {
    const mrn = randomUUID();
    const ifNoneExist = `identifier=${MRN_SYSTEM}|${mrn}`;
    const first = await create(aPatient(mrn), { ifNoneExist });
    const second = await create(aPatient(mrn), { ifNoneExist });
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(bodyOf(second).id, bodyOf(first).id);
    const told = await create(aPatient(mrn), { ifNoneExist, prefer: "return=minimal" });
    assert.deepEqual([told.status, told.body, told.location], [200, undefined, first.location]);
    assert.equal(second.location, `Patient/${bodyOf(first).id}/_history/1`);
    await create(aPatient(mrn));
    assert.equal(await codeOf(create(aPatient(mrn), { ifNoneExist })), "multiple-matches");
  });

  it("makes one patient of twenty at the same time, whatever their criteria", async () => {
    const mrn = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        create(aPatient(mrn), { ifNoneExist: n % 2 ? `identifier=${mrn}` : `Patient?identifier=${MRN_SYSTEM}|${mrn}` }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(new Set(answers.map(({ location }) => location)).size, 1);
    assert.equal(await total(`Patient?identifier=${mrn}`), 1);
  });
});

describe("transaction", () => {
  it("files a patient and a report with references between the entries", async () => {
    const [patient, observation] = [`urn:uuid:${randomUUID()}`, `urn:uuid:${randomUUID()}`];
    const report = {
      resourceType: "DiagnosticReport",
      status: "final",
      code: { text: "Panel" },
      subject: { reference: patient },
      result: [{ reference: observation }],
      extension: [{ url: "http://x.example/e", valueReference: { reference: observation } }],
    };
    const answer = await transact(
      post(report),
      post(anObservation(patient), { fullUrl: observation }),
      post(aPatient(), { fullUrl: patient }),
    );
    const [reportAt, observationAt, patientAt] = entriesOf(answer).map(
      ({ response }) => response["location"] as string,
    );
    const filed = bodyOf(await get(reportAt?.split("/_history")[0] as string));
    assert.deepEqual(filed["subject"], { reference: patientAt?.split("/_history")[0] });
    assert.deepEqual(filed["result"], [{ reference: observationAt?.split("/_history")[0] }]);
    assert.match(JSON.stringify(filed["extension"]), /"reference":"Observation\/[0-9a-f-]{36}"/);
    assert.deepEqual(
      entriesOf(answer).map(({ response }) => [response["status"], response["etag"]]),
      Array(3).fill(["201 Created", 'W/"1"']),
    );
    assert.equal(f.acts.filter(({ act }) => act.action === "fhir.create").length, 3);
  });

  it("takes a conditional create's match as the target of references", async () => {
    const mrn = randomUUID();
    const { id } = bodyOf(await create(aPatient(mrn)));
    const fullUrl = `urn:uuid:${randomUUID()}`;
    const answer = await transact(
      post(aPatient(mrn), { fullUrl }, { ifNoneExist: `identifier=${mrn}` }),
      post(aPatient(mrn), {}, { ifNoneExist: `identifier=${mrn}` }),
      post(anObservation(fullUrl)),
    );
    assert.equal(entriesOf(answer)[0]?.response["status"], "200 OK");
    assert.equal(entriesOf(answer)[0]?.response["location"], `Patient/${id}/_history/1`);
    assert.equal(await total(`Observation?patient=${id}`), 1);
  });

  it("makes one resource of two entries with the same criteria", async () => {
    const mrn = randomUUID();
    const request = { ifNoneExist: `identifier=${mrn}` };
    const answer = await transact(post(aPatient(mrn), {}, request), post(aPatient(mrn), {}, request));
    assert.deepEqual(
      entriesOf(answer).map(({ response }) => response["status"]),
      ["201 Created", "200 OK"],
    );
    assert.equal(await total(`Patient?identifier=${mrn}`), 1);
  });

  it("reads after it wrote, and answers in the order of the request", async () => {
    const { id } = bodyOf(await create(aPatient()));
    const mrn = randomUUID();
    const answer = await transact(
      { request: { method: "GET", url: `Patient?identifier=${mrn}` } },
      { request: { method: "GET", url: `Patient/${id}` } },
      { resource: { ...aPatient(mrn), id }, request: { method: "PUT", url: `Patient/${id}`, ifMatch: 'W/"1"' } },
    );
    const [search, read, update] = entriesOf(answer);
    assert.equal(search?.resource["total"], 1);
    assert.equal(read?.response["etag"], 'W/"2"');
    assert.equal(update?.response["location"], `Patient/${id}/_history/2`);
  });

  it("writes nothing where one entry fails, and says which", async () => {
    const mrn = randomUUID();
    const bad = { ...anObservation("Device/1"), status: "finished" };
    const failure = await failureOf(transact(post(aPatient(mrn)), post(bad)));
    assert.deepEqual(failure.detail, { issues: ["Bundle.entry[1].resource.status: required-binding"] });
    assert.equal(
      await codeOf(transact(post(aPatient(mrn)), { request: { method: "GET", url: `Patient/${randomUUID()}` } })),
      "not-found",
    );
    assert.equal(await total(`Patient?identifier=${mrn}`), 0);
  });

  it("asks the door for every entry before it does anything", async () => {
    const mrn = randomUUID();
    const { id } = bodyOf(await create(aPatient(mrn)));
    const update = {
      resource: { ...aPatient(mrn), id, active: true },
      request: { method: "PUT", url: `Patient/${id}` },
    };
    const body = aTransaction(update, post(anObservation(`Patient/${id}`)));
    assert.equal(await codeOf(f.fhir.interact(WEAK_CALLER, { method: "POST", path: "", body })), "access-denied");
    assert.equal(bodyOf(await get(`Patient/${id}`)).meta.versionId, "1");
  });

  it("refuses a dangling reference, a resource twice, and members it does not know", async () => {
    assert.equal(await codeOf(transact(post(anObservation(`urn:uuid:${randomUUID()}`)))), "invalid-resource");
    const { id } = bodyOf(await create(aPatient()));
    const update = { resource: { ...aPatient(), id }, request: { method: "PUT", url: `Patient/${id}` } };
    assert.equal(await codeOf(transact(update, update)), "invalid-request");
    const failure = await failureOf(transact({ ...post(aPatient()), "Amara Okafor": 1 }));
    assert.deepEqual(failure.detail, { issues: ["Bundle.entry[0]: unknown-element"] });
    for (const type of ["history", "searchset", "document", undefined]) {
      const body = { ...aTransaction(post(aPatient())), ...(type === undefined ? { type: 1 } : { type }) };
      assert.equal(await codeOf(f.fhir.interact(f.caller, { method: "POST", path: "", body })), "invalid-request");
    }
  });
});

describe("within a unit of work", () => {
  it("sees its own uncommitted writes, and nobody else does", async () => {
    const mrn = randomUUID();
    const handle = await f.db.database.begin();
    await f.fhir.interact(f.caller, { method: "POST", path: "Patient", body: aPatient(mrn) }, handle.tx);
    const inside = await f.fhir.interact(f.caller, { method: "GET", path: `Patient?identifier=${mrn}` }, handle.tx);
    assert.equal(bodyOf(inside)["total"], 1);
    assert.equal(await total(`Patient?identifier=${mrn}`), 0);
    await handle.rollback();
    assert.equal(await total(`Patient?identifier=${mrn}`), 0);
  });

  it("cannot commit half of a failed transaction", async () => {
    const mrn = randomUUID();
    const handle = await f.db.database.begin();
    const body = aTransaction(post(aPatient(mrn)), { request: { method: "GET", url: `Patient/${randomUUID()}` } });
    const call = { method: "POST", path: "", body } as const;
    assert.equal(await codeOf(f.fhir.interact(f.caller, call, handle.tx)), "not-found");
    await handle.commit().catch(() => undefined);
    assert.equal(await total(`Patient?identifier=${mrn}`), 0);
  });

  it("goes on after a write that was refused before it wrote", async () => {
    const mrn = randomUUID();
    const handle = await f.db.database.begin();
    const call = { method: "POST", path: "Patient" } as const;
    assert.equal(
      await codeOf(f.fhir.interact(f.caller, { ...call, body: aPatient(mrn, { gender: "none" }) }, handle.tx)),
      "invalid-resource",
    );
    await f.fhir.interact(f.caller, { ...call, body: aPatient(mrn) }, handle.tx);
    await handle.commit();
    assert.equal(await total(`Patient?identifier=${mrn}`), 1);
  });
});
