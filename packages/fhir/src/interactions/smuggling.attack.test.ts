/** What a caller with little power tries, to do or to see more through FHIR's side doors. Each is stopped at the door. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
import { clientOf, type Client } from "../testing/client.ts";
import {
  anObservation,
  aPatient,
  bodyOf,
  CALLER,
  callerOf,
  codeOf,
  entriesOf,
  failureOf,
  post,
  startFixture,
  type Fixture,
} from "../testing/fixture.ts";

const CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

let f: Fixture;
before(async () => {
  f = await startFixture({
    callers: {
      "only-updates": ["Patient.update", "Observation.update"],
      "only-patches": ["Patient.patch"],
      "only-reads": ["Patient.read"],
      "only-creates": ["Patient.create", "Observation.create"],
      "sees-no-restricted": "*",
    },
    appPolicies: {
      "labels.cedar": `@id("restricted")
        forbid (principal == Ward::Function::"sees-no-restricted", action, resource)
        when { resource has labels && resource.labels.contains("${CONFIDENTIALITY}|R") };`,
    },
  });
});
after(async () => await f.close());
const client = clientOf(() => f, CALLER);
const as = (id: string): Client => clientOf(() => f, callerOf(id));
const request = (method: string, url: string, more: JsonObject = {}): JsonObject => ({
  request: { method, url, ...more },
});

describe("a patch", () => {
  it("can't change whose or what a record is, nor its version", async () => {
    const { id } = await client.create(aPatient());
    const patch = (path: string, value: unknown, op = "replace") =>
      client.patch(`Patient/${id}`, [{ op, path, value }]);
    assert.equal(await codeOf(patch("/id", "other")), "invalid-request");
    assert.equal(await codeOf(patch("/resourceType", "Person")), "invalid-request");
    assert.equal(await codeOf(patch("", { resourceType: "Patient", id: "other" })), "invalid-request");
    const versioned = bodyOf(await patch("/meta/versionId", "77"));
    assert.equal(versioned.meta.versionId, "2");
    assert.notEqual(
      bodyOf(await patch("/meta/lastUpdated", "1999-01-01T00:00:00Z"))["lastUpdated"],
      "1999-01-01T00:00:00Z",
    );
    assert.equal(
      await codeOf(patch("/meta", undefined, "remove").then(() => client.get(`Patient/${id}/_history/77`))),
      "not-found",
    );
  });

  it("that moves a record to another patient seals it under that patient's key, and the ledger names both", async () => {
    const [one, two] = [await client.create(aPatient()), await client.create(aPatient())];
    const { id } = await client.create(anObservation(`Patient/${one.id}`));
    f.acts.length = 0;
    await client.patch(`Observation/${id}`, [
      { op: "replace", path: "/subject/reference", value: `Patient/${two.id}` },
    ]);
    await client.get(`Observation/${id}/_history/1`);
    assert.deepEqual(
      f.acts.map(({ touched }) => touched[0]?.subjectId),
      [two.id, one.id],
    );
  });

  it("needs the power to patch, and no more than that", async () => {
    const { id } = await client.create(aPatient());
    const patch = [{ op: "add", path: "/active", value: true }];
    assert.equal(await codeOf(as("only-updates").patch(`Patient/${id}`, patch)), "access-denied");
    assert.equal((await as("only-patches").patch(`Patient/${id}`, patch)).status, 200);
    assert.equal(await codeOf(as("only-patches").put(`Patient/${id}`, { ...aPatient(), id })), "access-denied");
    assert.equal(await codeOf(as("only-patches").patch("Patient?identifier=x", patch)), "access-denied");
  });
});

describe("history", () => {
  it("is another power than reading, of a record, a type and the system", async () => {
    const { id } = await client.create(aPatient());
    const reader = as("only-reads");
    assert.equal((await reader.get(`Patient/${id}`)).status, 200);
    for (const path of [`Patient/${id}/_history`, `Patient/${id}/_history/1`, "Patient/_history", "_history"]) {
      assert.equal(await codeOf(reader.get(path)), "access-denied", path);
    }
    const entry = [`Patient/${id}/_history`, `Patient/${id}/_history/1`].map((url) => request("GET", url));
    const answer = await reader.bundle("batch", entry);
    assert.deepEqual(
      entriesOf(answer).map(({ response }) => response["status"]),
      ["403 Forbidden", "403 Forbidden"],
    );
    assert.equal(await codeOf(reader.bundle("transaction", entry)), "access-denied");
  });
});

describe("a label", () => {
  it("hides a record with all its past, whichever way it is asked for", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient(mrn));
    const restricted = as("sees-no-restricted");
    assert.equal((await restricted.get(`Patient/${id}`)).status, 200);
    const meta = { security: [{ system: CONFIDENTIALITY, code: "R" }] };
    await client.put(`Patient/${id}`, { ...aPatient(mrn), id, meta });
    const paths = ["", "/_history", "/_history/1", "/_history/2", "/$everything", "/$validate"];
    for (const path of paths) assert.equal(await codeOf(restricted.get(`Patient/${id}${path}`)), "not-found", path);
    assert.equal(await codeOf(restricted.get(`Patient/${id}`, { ifNoneMatch: 'W/"2"' })), "not-found");
    const patch = [{ op: "test", path: "/gender", value: "female" }];
    assert.equal(await codeOf(restricted.patch(`Patient/${id}`, patch)), "not-found");
    assert.equal(await codeOf(restricted.patch(`Patient?identifier=${mrn}`, patch)), "not-found");
    assert.equal(await codeOf(restricted.put(`Patient/${id}`, { ...aPatient(mrn), id })), "access-denied");
    assert.equal(
      await codeOf(restricted.put(`Patient/${id}`, { ...aPatient(mrn), id }, { ifMatch: 'W/"2"' })),
      "access-denied",
    );
    assert.equal(await codeOf(restricted.delete(`Patient/${id}`)), "access-denied");
    assert.equal((await restricted.delete(`Patient?identifier=${mrn}`)).status, 204);
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "2");
    assert.equal(await restricted.total(`Patient?identifier=${mrn}`), 0);
    const history = bodyOf(await restricted.get("Patient/_history?_count=1000"));
    assert.doesNotMatch(JSON.stringify(history), new RegExp(id));
    const answer = await restricted.bundle("batch", [
      request("GET", `Patient/${id}`),
      request("GET", `Patient?_id=${id}`),
    ]);
    assert.doesNotMatch(JSON.stringify(bodyOf(answer)), new RegExp(mrn));
  });
});

describe("writers under policies that look at records", () => {
  it("lose no other's change, and take turns", async () => {
    const { id } = await client.create(aPatient());
    const writes = Array.from({ length: 6 }, () => client.put(`Patient/${id}`, { ...aPatient(), id }));
    await Promise.all(writes);
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "7");
    assert.equal((await client.delete(`Patient/${id}`)).status, 204);
    assert.equal((await client.put(`Patient/${id}`, { ...aPatient(), id })).status, 201);
  });
});

describe("conditions", () => {
  it("tell nobody what is there who may not search", async () => {
    const mrn = randomUUID();
    await client.create(aPatient(mrn));
    const creator = as("only-creates");
    assert.equal(
      await codeOf(creator.post("Patient", aPatient(mrn), { ifNoneExist: `identifier=${mrn}` })),
      "access-denied",
    );
    const conditional = post(aPatient(mrn), {}, { ifNoneExist: `identifier=${mrn}` });
    assert.equal(await codeOf(creator.bundle("transaction", [conditional])), "access-denied");
    const reference = post(anObservation(`Patient?identifier=${mrn}`));
    assert.equal(await codeOf(creator.bundle("transaction", [reference])), "access-denied");
    assert.equal(await codeOf(as("only-updates").put(`Patient?identifier=${mrn}`, aPatient(mrn))), "access-denied");
    assert.equal(await client.total(`Patient?identifier=${mrn}`), 1);
  });

  it("never mean everything", async () => {
    const { id } = await client.create(aPatient());
    for (const query of ["", "?", "?_id=", "?_id:missing=false", "?_lastUpdated=gt1990", "?identifier:missing=false"]) {
      const code = await codeOf(client.delete(`Patient${query}`));
      assert.ok(["invalid-request", "multiple-matches", "unsupported"].includes(code), `${query} ${code}`);
    }
    assert.equal((await client.get(`Patient/${id}`)).status, 200);
  });
});

describe("an update", () => {
  it("creates nothing for who may only update", async () => {
    const id = randomUUID();
    assert.equal(await codeOf(as("only-updates").put(`Patient/${id}`, { ...aPatient(), id })), "access-denied");
    const entry = { resource: { ...aPatient(), id }, ...request("PUT", `Patient/${id}`) };
    assert.equal(await codeOf(as("only-updates").bundle("transaction", [entry])), "access-denied");
    assert.equal(await codeOf(client.get(`Patient/${id}`)), "not-found");
  });
});

describe("a Bundle", () => {
  it("does nothing that a call of its own would be refused", async () => {
    const { id } = await client.create(aPatient());
    const mrn = randomUUID();
    const refused: readonly JsonObject[] = [
      request("DELETE", `Patient/${id}`),
      request("GET", `Patient/${id}`),
      request("GET", `Patient?identifier=${mrn}`),
      request("GET", `Patient/${id}/$everything`),
      request("GET", `Patient/${id}/Observation`),
      { resource: { ...aPatient(), id }, ...request("PUT", `Patient/${id}`) },
      { resource: { resourceType: "Parameters" }, ...request("PATCH", `Patient/${id}`) },
    ];
    const creator = as("only-creates");
    const answer = await creator.bundle("batch", refused);
    for (const { resource, response } of entriesOf(answer)) {
      assert.match(response["status"] ?? "", /^(?:403|400)/);
      assert.equal(resource, undefined);
    }
    for (const entry of refused.slice(0, 3)) {
      assert.equal(await codeOf(creator.bundle("transaction", [post(aPatient(mrn)), entry])), "access-denied");
    }
    assert.equal(await client.total(`Patient?identifier=${mrn}`), 0);
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "1");
  });

  it("reaches no other server, and no path beside FHIR's", async () => {
    for (const url of [
      "http://evil.example/Patient/1",
      "//evil.example/Patient/1",
      "../fn/visits",
      "../../etc/passwd",
      "Patient/../Observation/1",
      "Patient/%2e%2e/1",
      "urn:uuid:1",
    ]) {
      const answer = await client.bundle("batch", [request("GET", url)]);
      assert.match(entriesOf(answer)[0]?.response["status"] ?? "", /^40[04]/, url);
    }
    const own = await client.bundle("batch", [request("GET", "https://ward.example/fhir/R4/metadata")], {
      base: "https://ward.example/fhir/R4",
    });
    assert.equal(entriesOf(own)[0]?.response["status"], "200 OK");
  });
});

describe("input that no resource is", () => {
  it("is refused with its place, and never stored", async () => {
    const mrn = randomUUID();
    const nested = (depth: number): string =>
      `{"resourceType":"Patient","extension":${'[{"extension":'.repeat(depth)}[]${"}]".repeat(depth)}}`;
    const text = (more: string): string => `{"resourceType":"Patient","identifier":[{"value":"${mrn}"}],${more}}`;
    for (const [body, code] of [
      [nested(1_000), "invalid-request"],
      [text('"gender":"male","gender":"female"'), "invalid-request"],
      [text('"__proto__":{"active":true}'), "invalid-request"],
      [text('"birthDate":"\\ud800"'), "invalid-request"],
      [text('"multipleBirthInteger":1e400'), "invalid-request"],
      [text('"name":[]'), "invalid-resource"],
      [text('"name":[{}]'), "invalid-resource"],
      [text('"name":[null]'), "invalid-resource"],
      [text('"birthDate":""'), "invalid-resource"],
      [text('"birthDate":null'), "invalid-resource"],
      [text('"deceasedBoolean":true,"deceasedDateTime":"2020"'), "invalid-resource"],
      [text('"constructor":{"prototype":1}'), "invalid-resource"],
      [text('"active":"true"'), "invalid-resource"],
      [`"${"x".repeat(17 * 1024 * 1024)}"`, "too-large"],
      ["[]", "invalid-request"],
      ["null", "invalid-request"],
      ["", "invalid-request"],
    ] as const) {
      const failure = await failureOf(client.post("Patient", body));
      assert.equal(failure.code, code, body.slice(0, 200));
      assert.doesNotMatch(JSON.stringify(failure.detail), new RegExp(mrn));
    }
    assert.equal(await client.total(`Patient?identifier=${mrn}`), 0);
  });
});
