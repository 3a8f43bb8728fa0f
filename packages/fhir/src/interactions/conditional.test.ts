import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { clientOf } from "../testing/client.ts";
import {
  anObservation,
  aPatient,
  bodyOf,
  CALLER,
  codeOf,
  entriesOf,
  failureOf,
  MRN_SYSTEM,
  startFixture,
  type Fixture,
} from "../testing/fixture.ts";

let f: Fixture;
before(async () => {
  f = await startFixture();
});
after(async () => await f.close());
beforeEach(() => {
  f.acts.length = 0;
});
const client = clientOf(() => f, CALLER);
const byMrn = (mrn: string): string => `Patient?identifier=${MRN_SYSTEM}|${mrn}`;

describe("a conditional update", () => {
  it("makes a record where there is none, a version where there is one, and refuses to choose", async () => {
    const mrn = randomUUID();
    const created = await client.put(byMrn(mrn), aPatient(mrn));
    assert.equal(created.status, 201);
    const { id } = bodyOf(created);
    const updated = await client.put(byMrn(mrn), aPatient(mrn, { active: true }));
    assert.deepEqual([updated.status, updated.location], [200, `Patient/${id}/_history/2`]);
    await client.create(aPatient(mrn));
    assert.equal(await codeOf(client.put(byMrn(mrn), aPatient(mrn))), "multiple-matches");
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "2");
  });

  it("holds the id that was sent against the one that it found", async () => {
    const [mrn, other] = [randomUUID(), randomUUID()];
    const id = `mine-${mrn}`;
    assert.equal((await client.put(byMrn(mrn), { ...aPatient(mrn), id })).location, `Patient/${id}/_history/1`);
    assert.equal((await client.put(byMrn(mrn), { ...aPatient(mrn), id })).status, 200);
    assert.equal(await codeOf(client.put(byMrn(mrn), { ...aPatient(mrn), id: "another" })), "invalid-request");
    assert.equal(await codeOf(client.put(byMrn(other), { ...aPatient(other), id })), "version-conflict");
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "2");
  });

  it("makes one record of ten at the same time", async () => {
    const mrn = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.put(byMrn(mrn), aPatient(mrn))));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.equal(await client.total(byMrn(mrn)), 1);
  });

  it("is a search and an update, or a search and a create", async () => {
    const mrn = randomUUID();
    const act = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
      f.acts.length = 0;
      await work();
      return f.acts.map(({ act: { action }, touched }) => `${action} ${touched.length}`).sort();
    };
    const put = () => client.put(byMrn(mrn), aPatient(mrn));
    assert.deepEqual(await act(put), ["fhir.create 1", "fhir.search 0", "fhir.update 0"]);
    assert.deepEqual(await act(put), ["fhir.search 1", "fhir.update 1"]);
    assert.deepEqual(await act(() => client.post("Patient", aPatient(mrn), { ifNoneExist: `identifier=${mrn}` })), [
      "fhir.create 0",
      "fhir.search 1",
    ]);
    assert.deepEqual(await act(() => client.delete(byMrn(mrn))), ["fhir.delete 1", "fhir.search 1"]);
  });
});

describe("a conditional delete", () => {
  it("deletes the one that it finds, nothing where there is none, and never several", async () => {
    const mrn = randomUUID();
    assert.equal((await client.delete(byMrn(mrn))).status, 204);
    const { id } = await client.create(aPatient(mrn));
    assert.equal((await client.delete(byMrn(mrn))).status, 204);
    assert.equal(await codeOf(client.get(`Patient/${id}`)), "gone");
    await client.create(aPatient(mrn));
    await client.create(aPatient(mrn));
    assert.equal(await codeOf(client.delete(byMrn(mrn))), "multiple-matches");
    assert.equal(await client.total(byMrn(mrn)), 2);
  });

  it("wants criteria that it knows, and nothing else", async () => {
    await client.create(aPatient());
    for (const query of [
      "",
      "?",
      "?_count=1",
      "?_sort=birthdate",
      "?identifier=",
      "?nonsense=1",
      "?identifier=1&nonsense=1",
      "?identifier=1&_include=Patient:organization",
      "?_format=json",
    ]) {
      const call = client.delete(`Patient${query}`, { prefer: "handling=lenient" });
      assert.equal(await codeOf(call), "invalid-request", query);
    }
    assert.equal(await codeOf(client.delete("Patient?organization.name=x")), "unsupported");
  });
});

describe("a conditional patch", () => {
  it("changes the one that it finds, and fails where there is none or several", async () => {
    const mrn = randomUUID();
    const patch = [{ op: "add", path: "/active", value: true }];
    assert.equal(await codeOf(client.patch(byMrn(mrn), patch)), "not-found");
    await client.create(aPatient(mrn));
    assert.equal(bodyOf(await client.patch(byMrn(mrn), patch))["active"], true);
    await client.create(aPatient(mrn));
    assert.equal(await codeOf(client.patch(byMrn(mrn), patch)), "multiple-matches");
  });
});

describe("a patch", () => {
  it("makes a version that is valid, or none", async () => {
    const { id } = await client.create(aPatient());
    const patched = await client.patch(`Patient/${id}`, [{ op: "replace", path: "/birthDate", value: "1990-01-01" }]);
    assert.deepEqual([patched.status, patched.etag, bodyOf(patched)["birthDate"]], [200, 'W/"2"', "1990-01-01"]);
    const invalid = client.patch(`Patient/${id}`, [{ op: "replace", path: "/birthDate", value: "tomorrow" }]);
    assert.deepEqual((await failureOf(invalid)).detail["issues"], ["Patient.birthDate: format"]);
    assert.equal(
      await codeOf(client.patch(`Patient/${id}`, [{ op: "test", path: "/gender", value: "male" }])),
      "patch-failed",
    );
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "2");
    assert.equal(await codeOf(client.patch(`Patient/${randomUUID()}`, [])), "not-found");
    await client.delete(`Patient/${id}`);
    assert.equal(await codeOf(client.patch(`Patient/${id}`, [])), "gone");
  });

  it("by FHIRPath does the same", async () => {
    const { id } = await client.create(aPatient());
    const part = [
      { name: "type", valueCode: "replace" },
      { name: "path", valueString: "Patient.birthDate" },
      { name: "value", valueDate: "1990-01-01" },
    ];
    const parameters = { resourceType: "Parameters", parameter: [{ name: "operation", part }] };
    const patched = await client.patch(`Patient/${id}`, parameters, { contentType: "application/fhir+json" });
    assert.equal(bodyOf(patched)["birthDate"], "1990-01-01");
  });

  it("loses no other's change, however many come at once", async () => {
    const { id } = await client.create(aPatient());
    const names = Array.from({ length: 8 }, (_, at) => `n${at}`);
    await Promise.all(
      names.map((text) => client.patch(`Patient/${id}`, [{ op: "add", path: "/name/-", value: { text } }])),
    );
    const stored = bodyOf(await client.get(`Patient/${id}`));
    assert.equal(stored.meta.versionId, "9");
    assert.deepEqual((stored["name"] as { text?: string }[]).flatMap(({ text }) => text ?? []).sort(), names);
  });

  it("happens to the version that was named, and is an act of its own", async () => {
    const { id } = await client.create(aPatient());
    const patch = [{ op: "add", path: "/active", value: true }];
    assert.equal(await codeOf(client.patch(`Patient/${id}`, patch, { ifMatch: 'W/"2"' })), "version-conflict");
    f.acts.length = 0;
    await client.patch(`Patient/${id}`, patch, { ifMatch: 'W/"1"' });
    assert.deepEqual(
      f.acts.map(({ act, touched }) => [act.action, touched]),
      [["fhir.patch", [{ type: "Patient", id, subjectId: id }]]],
    );
  });
});

describe("a conditional reference in a write of its own", () => {
  it("is resolved as in a transaction, with the power to search", async () => {
    const mrn = randomUUID();
    const reference = `Patient?identifier=${mrn}`;
    assert.equal(await codeOf(client.post("Observation", anObservation(reference))), "no-match");
    const { id: patient } = await client.create(aPatient(mrn));
    const { id } = await client.create(anObservation(`Patient/${patient}`));
    f.acts.length = 0;
    const subjects = [
      bodyOf(await client.post("Observation", anObservation(reference))),
      bodyOf(await client.put(`Observation/${id}`, { ...anObservation(reference), id })),
    ].map((resource) => resource["subject"]);
    assert.deepEqual(subjects, [{ reference: `Patient/${patient}` }, { reference: `Patient/${patient}` }]);
    assert.deepEqual(f.acts.map(({ act }) => act.action).sort(), [
      "fhir.create",
      "fhir.search",
      "fhir.search",
      "fhir.update",
    ]);
    const entry = { resource: anObservation(reference), request: { method: "POST", url: "Observation" } };
    const [answered] = entriesOf(await client.bundle("batch", [entry], { prefer: "return=representation" }));
    assert.deepEqual(answered?.resource["subject"], { reference: `Patient/${patient}` });
    await client.create(aPatient(mrn));
    assert.equal(await codeOf(client.post("Observation", anObservation(reference))), "multiple-matches");
    const patch = [{ op: "replace", path: "/subject/reference", value: reference }];
    assert.equal(await codeOf(client.patch(`Observation/${id}`, patch)), "invalid-resource");
  });
});

describe("what a write answers", () => {
  it("is nothing, the resource or an outcome, as the caller prefers", async () => {
    const minimal = await client.post("Patient", aPatient(), { prefer: "RETURN=minimal" });
    assert.deepEqual([minimal.status, minimal.body, minimal.json], [201, undefined, undefined]);
    assert.match(minimal.location ?? "", /^Patient\/[0-9a-f-]{36}\/_history\/1$/);
    const told = bodyOf(
      await client.post("Patient", aPatient(), { prefer: 'handling=strict; return="OperationOutcome"' }),
    );
    assert.equal(told["resourceType"], "OperationOutcome");
    const whole = bodyOf(await client.post("Patient", aPatient(), { prefer: "respond-async, return=representation" }));
    assert.equal(whole["resourceType"], "Patient");
  });

  it("is of the current version where an update named it, and a refusal where it did not", async () => {
    const observation = await client.create(anObservation("Device/d"));
    const path = `Observation/${observation.id}`;
    const changed = { ...anObservation("Device/d"), id: observation.id };
    assert.equal(await codeOf(client.put(path, changed, { ifMatch: 'W/"2"' })), "version-conflict");
    assert.equal((await client.put(path, changed, { ifMatch: 'W/"1"' })).etag, 'W/"2"');
    assert.equal((await client.put(path, changed, { ifMatch: "*" })).etag, 'W/"3"');
  });

  it("takes one of several versions for the one that was meant", async () => {
    const { id } = await client.create(aPatient());
    const path = `Patient/${id}`;
    const changed = { ...aPatient(), id };
    const patch = [{ op: "add", path: "/active", value: true }];
    assert.equal(await codeOf(client.put(path, changed, { ifMatch: 'W/"2", W/"x"' })), "version-conflict");
    assert.equal((await client.put(path, changed, { ifMatch: 'W/"7", W/"1"' })).etag, 'W/"2"');
    assert.equal(await codeOf(client.patch(path, patch, { ifMatch: 'W/"1", "7"' })), "version-conflict");
    assert.equal((await client.patch(path, patch, { ifMatch: 'W/"1", "2"' })).etag, 'W/"3"');
    assert.equal(await codeOf(client.delete(path, { ifMatch: 'W/"1", W/"2"' })), "version-conflict");
    assert.equal(await codeOf(client.delete(path, { ifMatch: 'W/"3", 3x' })), "invalid-request");
    assert.equal((await client.delete(path, { ifMatch: 'W/"2", W/"3"' })).status, 204);
    const other = `Patient/${randomUUID()}`;
    assert.equal(
      await codeOf(client.put(other, { ...changed, id: other.slice(8) }, { ifMatch: '"1", "2"' })),
      "version-conflict",
    );
  });
});
