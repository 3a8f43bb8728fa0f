import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import type { FhirAnswer } from "@ward/core";
import type { JsonObject } from "../../json.ts";
import { clientOf } from "../../testing/client.ts";
import {
  anObservation,
  aPatient,
  bodyOf,
  CALLER,
  codeOf,
  entriesOf,
  failureOf,
  MRN_SYSTEM,
  post,
  startFixture,
  WEAK_CALLER,
  type Fixture,
} from "../../testing/fixture.ts";

let f: Fixture;
before(async () => {
  f = await startFixture();
});
after(async () => await f.close());
beforeEach(() => {
  f.acts.length = 0;
});
const client = clientOf(() => f, CALLER);
const request = (method: string, url: string, more: JsonObject = {}): JsonObject => ({
  request: { method, url, ...more },
});
const statuses = (answer: Parameters<typeof entriesOf>[0]): readonly (string | undefined)[] =>
  entriesOf(answer).map(({ response }) => response["status"]);
const uuid = (): string => `urn:uuid:${randomUUID()}`;

describe("a transaction", () => {
  it("takes the id of a resource without fullUrl for its name where it comes from, unless two have the same", async () => {
    const answer = await client.bundle("transaction", [
      post({ ...aPatient(), id: "source-1" }),
      post(anObservation("Patient/source-1")),
      post({ ...aPatient(), id: "source-2" }),
      post({ ...aPatient(), id: "source-2" }),
      post(anObservation("Patient/source-2")),
    ]);
    const [patient, observation, , , other] = entriesOf(answer).map(({ response }) => {
      return response["location"]?.replace(/\/_history.*/, "") ?? "";
    });
    const subjectOf = async (path = ""): Promise<unknown> => bodyOf(await client.get(path))["subject"];
    assert.deepEqual(await subjectOf(observation), { reference: patient });
    assert.deepEqual(await subjectOf(other), { reference: "Patient/source-2" });
  });

  it("takes a relative fullUrl for the name of its entry", async () => {
    const id = randomUUID();
    const answer = await client.bundle("transaction", [
      post(aPatient(), { fullUrl: "Patient/source-3" }),
      post(anObservation("Patient/source-3")),
      { resource: { ...aPatient(), id }, fullUrl: `Patient/${id}`, ...request("PUT", `Patient/${id}`) },
    ]);
    const [patient, observation] = entriesOf(answer).map(({ response }) => {
      return response["location"]?.replace(/\/_history.*/, "") ?? "";
    });
    assert.deepEqual(bodyOf(await client.get(observation ?? ""))["subject"], { reference: patient });
    assert.equal((await client.get(`Patient/${id}`)).status, 200);
  });

  it("deletes, creates, updates, patches and reads, in that order, and answers in the order of the request", async () => {
    const [deleted, updated, patched] = [
      await client.create(aPatient()),
      await client.create(aPatient()),
      await client.create(aPatient()),
    ];
    const data = Buffer.from('[{"op":"add","path":"/active","value":true}]').toString("base64");
    const mrn = randomUUID();
    const answer = await client.bundle("transaction", [
      request("GET", `Patient?identifier=${mrn}`),
      request("GET", `Patient/${updated.id}`),
      { resource: { ...aPatient(), id: updated.id, active: false }, ...request("PUT", `Patient/${updated.id}`) },
      {
        resource: { resourceType: "Binary", contentType: "application/json-patch+json", data },
        ...request("PATCH", `Patient/${patched.id}`),
      },
      post(aPatient(mrn)),
      request("DELETE", `Patient/${deleted.id}`),
    ]);
    assert.deepEqual(statuses(answer), ["200 OK", "200 OK", "200 OK", "200 OK", "201 Created", "204 No Content"]);
    const [found, read] = entriesOf(answer);
    assert.equal(found?.resource["total"], 1);
    assert.equal(read?.resource["active"], false);
    assert.equal(bodyOf(await client.get(`Patient/${patched.id}`))["active"], true);
    assert.equal(await codeOf(client.get(`Patient/${deleted.id}`)), "gone");
  });

  it("resolves full URLs in references, uris, links of the narrative and extensions, and leaves values alone", async () => {
    const [patient, organization] = [uuid(), "http://other.example/fhir/Organization/7"];
    const observation = anObservation(patient, {
      identifier: [{ system: "urn:ietf:rfc:3986", value: patient }],
      performer: [{ reference: organization }, { reference: "http://other.example/fhir/Organization/8" }],
      instantiatesUri: undefined as never,
      extension: [
        { url: "http://x.example/uri", valueUri: patient },
        { url: "http://x.example/string", valueString: patient },
        { url: "http://x.example/reference", valueReference: { reference: patient } },
      ],
      text: {
        status: "generated",
        div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${patient}">${patient}</a><img src='${organization}'/></div>`,
      },
    });
    delete observation["instantiatesUri"];
    const answer = await client.bundle("transaction", [
      post(observation, { fullUrl: uuid() }),
      post(aPatient(), { fullUrl: patient }),
      post({ resourceType: "Organization", name: "o" }, { fullUrl: organization }),
    ]);
    const places = entriesOf(answer).map(({ response }) => response["location"]?.split("/_history")[0] as string);
    const [observationAt = "", patientAt = "", organizationAt = ""] = places;
    const stored = bodyOf(await client.get(observationAt));
    assert.deepEqual(stored["subject"], { reference: patientAt });
    assert.deepEqual(stored["identifier"], [{ system: "urn:ietf:rfc:3986", value: patient }]);
    assert.deepEqual(stored["performer"], [
      { reference: organizationAt },
      { reference: "http://other.example/fhir/Organization/8" },
    ]);
    assert.deepEqual(stored["extension"], [
      { url: "http://x.example/uri", valueUri: patientAt },
      { url: "http://x.example/string", valueString: patient },
      { url: "http://x.example/reference", valueReference: { reference: patientAt } },
    ]);
    assert.match(
      (stored["text"] as { div: string }).div,
      new RegExp(`href="${patientAt}">urn:uuid:.*src='${organizationAt}'`),
    );
  });

  it("makes absolute references to this server relative, in Bundles and without", async () => {
    const base = "https://ward.example/fhir/R4";
    const { id } = await client.create(aPatient());
    const observation = anObservation(`${base}/Patient/${id}`);
    const single = bodyOf(await client.post("Observation", observation, { base }));
    assert.deepEqual(single["subject"], { reference: `Patient/${id}` });
    f.acts.length = 0;
    const more = { base, prefer: "return=representation" };
    const [entry] = entriesOf(await client.bundle("transaction", [post(observation)], more));
    assert.deepEqual(entry?.resource["subject"], { reference: `Patient/${id}` });
    assert.equal(f.acts[0]?.touched[0]?.subjectId, id);
    const elsewhere = { base: "https://elsewhere.example" };
    const other = bodyOf(await client.post("Observation", observation, elsewhere));
    assert.deepEqual(other["subject"], { reference: `${base}/Patient/${id}` });
  });

  it("resolves a relative reference against the entry's own base", async () => {
    const base = "http://other.example/fhir";
    const answer = await client.bundle("transaction", [
      post(anObservation("Patient/7"), { fullUrl: `${base}/Observation/1` }),
      post(aPatient(), { fullUrl: `${base}/Patient/7` }),
    ]);
    const [observationAt = "", patientAt = ""] = entriesOf(answer).map(
      ({ response }) => response["location"]?.split("/_history")[0] as string,
    );
    assert.deepEqual(bodyOf(await client.get(observationAt))["subject"], { reference: patientAt });
  });

  it("resolves conditional references to the one that meets them, with the power to search", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient(mrn));
    f.acts.length = 0;
    const observation = post(anObservation(`Patient?identifier=${MRN_SYSTEM}|${mrn}`));
    const answer = await client.bundle("transaction", [observation, observation]);
    const at = entriesOf(answer)[0]?.response["location"]?.split("/_history")[0] as string;
    assert.deepEqual(bodyOf(await client.get(at))["subject"], { reference: `Patient/${id}` });
    assert.equal(f.acts.filter(({ act }) => act.action === "fhir.search").length, 1);
    const none = client.bundle("transaction", [post(anObservation("Patient?identifier=nobody"))]);
    assert.equal(await codeOf(none), "no-match");
    await client.create(aPatient(mrn));
    assert.equal(await codeOf(client.bundle("transaction", [observation])), "multiple-matches");
    for (const criteria of ["_count=1", "_sort=_id", "", `identifier=${mrn}&_count=1`, `identifier=${mrn}&family=`]) {
      const odd = client.bundle("transaction", [post(anObservation(`Patient?${criteria}`))]);
      assert.equal(await codeOf(odd), "invalid-request", criteria);
    }
    const unknown = client.bundle("transaction", [post(anObservation("Patient?nonsense=1"))]);
    assert.equal(await codeOf(unknown), "invalid-request");
  });

  it("resolves conditional references last: to what it writes, and to nothing that it deletes or changes", async () => {
    const [mrn, other] = [randomUUID(), randomUUID()];
    const observation = (identifier: string): JsonObject => post(anObservation(`Patient?identifier=${identifier}`));
    const at = (answer: FhirAnswer, index: number): string =>
      entriesOf(answer)[index]?.response["location"]?.split("/_history")[0] ?? "";
    const subjectOf = async (answer: FhirAnswer): Promise<unknown> =>
      bodyOf(await client.get(at(answer, 0)))["subject"];
    const created = await client.bundle("transaction", [observation(mrn), post(aPatient(mrn))]);
    assert.deepEqual(await subjectOf(created), { reference: at(created, 1) });
    const id = at(created, 1).slice("Patient/".length);
    const moved = { resource: { ...aPatient(other), id }, ...request("PUT", `Patient/${id}`) };
    assert.equal(await codeOf(client.bundle("transaction", [observation(mrn), moved])), "no-match");
    assert.deepEqual(await subjectOf(await client.bundle("transaction", [observation(other), moved])), {
      reference: `Patient/${id}`,
    });
    const doubled = client.bundle("transaction", [observation(other), post(aPatient(other))]);
    assert.equal(await codeOf(doubled), "multiple-matches");
    const deleted = client.bundle("transaction", [
      observation(other),
      request("DELETE", `Patient?identifier=${other}`),
    ]);
    assert.equal(await codeOf(deleted), "no-match");
    const named = { identifier: [{ system: "urn:x", value: "1" }], gender: "zzz" };
    const broken = client.bundle("transaction", [observation(mrn), post({ ...aPatient(), ...named })]);
    assert.deepEqual((await failureOf(broken)).detail["issues"], ["Bundle.entry[1].resource.gender: required-binding"]);
    const whole = {
      resourceType: "Bundle",
      type: "collection",
      entry: [{ resource: anObservation("Patient?_id=nobody") }],
    };
    assert.deepEqual(statuses(await client.bundle("transaction", [post(whole)])), ["201 Created"]);
  });

  it("takes an entry that a condition names for the record that it becomes, or has met", async () => {
    const mrn = randomUUID();
    const patient = uuid();
    const filed = (): Promise<FhirAnswer> =>
      client.bundle("transaction", [
        { resource: anObservation(patient), ...request("PUT", `Observation?subject=${patient}&status=final`) },
        post(anObservation(patient), {}, { ifNoneExist: `patient=${patient}&status=final` }),
        post(aPatient(mrn), { fullUrl: patient }, { ifNoneExist: `identifier=${mrn}` }),
      ]);
    assert.deepEqual(statuses(await filed()), ["201 Created", "201 Created", "201 Created"]);
    const firstOf = async (path: string): Promise<string> => {
      const [entry] = bodyOf(await client.get(path))["entry"] as unknown as readonly { resource: { id: string } }[];
      return entry?.resource.id ?? "";
    };
    const id = await firstOf(`Patient?identifier=${mrn}`);
    assert.equal(await client.total(`Observation?patient=${id}`), 2);
    assert.equal(await codeOf(filed()), "multiple-matches");
    await client.delete(`Observation/${await firstOf(`Observation?patient=${id}`)}`);
    const again = client.bundle("transaction", [
      post(aPatient(mrn), { fullUrl: patient }, { ifNoneExist: `identifier=${mrn}` }),
      { resource: anObservation(patient), ...request("PUT", `Observation?subject=${patient}&status=final`) },
    ]);
    assert.deepEqual(statuses(await again), ["200 OK", "200 OK"]);
    assert.equal(await client.total(`Observation?patient=${id}`), 1);
  });

  it("heeds the conditions of its entries", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient(mrn));
    const put = (more: JsonObject) => ({
      resource: { ...aPatient(mrn), id },
      ...request("PUT", `Patient/${id}`, more),
    });
    const stale = client.bundle("transaction", [post(aPatient(mrn)), put({ ifMatch: 'W/"7"' })]);
    const failure = await failureOf(stale);
    assert.deepEqual([failure.code, failure.detail["entry"]], ["version-conflict", 1]);
    assert.equal(await client.total(`Patient?identifier=${mrn}`), 1);
    const answer = await client.bundle("transaction", [
      put({ ifMatch: 'W/"1"' }),
      request("GET", `Patient/${id}`, { ifNoneMatch: 'W/"2"' }),
      { resource: aPatient("new"), ...request("PUT", `Patient?identifier=${randomUUID()}`) },
      request("DELETE", `Patient?identifier=${randomUUID()}`),
    ]);
    assert.deepEqual(statuses(answer), ["200 OK", "304 Not Modified", "201 Created", "204 No Content"]);
  });

  it("deletes before it looks whether a conditional create's resource is there", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient(mrn));
    const conditional = post(aPatient(mrn), {}, { ifNoneExist: `identifier=${mrn}` });
    for (const deletion of [`Patient/${id}`, `Patient?identifier=${mrn}`]) {
      const answer = await client.bundle("transaction", [conditional, request("DELETE", deletion)]);
      assert.deepEqual(statuses(answer), ["201 Created", "204 No Content"]);
      assert.equal(await client.total(`Patient?identifier=${mrn}`), 1);
    }
  });

  it("refuses one record twice, however it is named", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient(mrn));
    const byId = { resource: { ...aPatient(mrn), id }, ...request("PUT", `Patient/${id}`) };
    const byCriteria = { resource: aPatient(mrn), ...request("PUT", `Patient?identifier=${mrn}`) };
    const deletion = request("DELETE", `Patient?identifier=${mrn}`);
    for (const entries of [
      [byId, byCriteria],
      [byCriteria, deletion],
      [byId, request("DELETE", `Patient/${id}`)],
      [byCriteria, byCriteria],
    ]) {
      assert.equal(await codeOf(client.bundle("transaction", entries)), "invalid-request");
    }
    const fullUrl = uuid();
    const twice = client.bundle("transaction", [post(aPatient(), { fullUrl }), post(aPatient(), { fullUrl })]);
    assert.deepEqual((await failureOf(twice)).detail["issues"], ["Bundle.entry[1].fullUrl: bdl-7"]);
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "1");
  });

  it("answers the resources that it wrote to who asks for them", async () => {
    const answer = await client.bundle("transaction", [post(aPatient())], { prefer: "return=representation" });
    assert.equal(entriesOf(answer)[0]?.resource["resourceType"], "Patient");
    const told = await client.bundle("transaction", [post(aPatient())], { prefer: "return=OperationOutcome" });
    const { resource, response } = entriesOf(told)[0] as { resource?: unknown; response: { outcome?: JsonObject } };
    assert.deepEqual([resource, response.outcome?.["resourceType"]], [undefined, "OperationOutcome"]);
    assert.deepEqual(entriesOf(await client.bundle("transaction", [post(aPatient())]))[0]?.resource, undefined);
  });

  it("names the entry that is wrong, and by element where it is the resource", async () => {
    for (const [entry, code, detail] of [
      [
        post(aPatient("x", { gender: "none" })),
        "invalid-resource",
        { issues: ["Bundle.entry[1].resource.gender: required-binding"] },
      ],
      [request("GET", "Unicorn/1"), "not-found", { reason: "unknown-type", entry: 1 }],
      [
        { ...post(aPatient()), ...request("TRACE", "Patient") },
        "invalid-resource",
        { issues: ["Bundle.entry[1].request.method: required-binding"] },
      ],
      [request("POST", "Patient"), "invalid-request", { reason: "body-required", entry: 1 }],
      [
        post(aPatient(), {}, { url: "Observation" }),
        "invalid-request",
        { type: "Observation", reason: "type-mismatch", entry: 1 },
      ],
      [
        post(aPatient(), { fullUrl: "not absolute" }),
        "invalid-resource",
        { issues: ["Bundle.entry[1].fullUrl: format"] },
      ],
      [
        { resource: { resourceType: "Bundle", type: "batch" }, ...request("POST", "/") },
        "invalid-request",
        { reason: "nested-bundle", entry: 1 },
      ],
      [request("GET", "Patient/$validate"), "unsupported", { reason: "not-in-a-transaction", entry: 1 }],
    ] as const) {
      const failure = await failureOf(client.bundle("transaction", [post(aPatient()), entry]));
      assert.equal(failure.code, code, JSON.stringify(entry));
      assert.deepEqual(failure.detail, detail);
    }
  });

  it("takes 5,000 entries, and not one more", async () => {
    const organization = { resourceType: "Organization", name: "o" };
    const entries = Array.from({ length: 5_000 }, () => post(organization));
    assert.equal(entriesOf(await client.bundle("transaction", entries)).length, 5_000);
    assert.equal(await codeOf(client.bundle("transaction", [...entries, post(organization)])), "too-large");
  });

  it("without entries does nothing", async () => {
    const body = { resourceType: "Bundle", type: "transaction" };
    assert.deepEqual((await client.post("", body)).body, { resourceType: "Bundle", type: "transaction-response" });
    assert.equal(f.acts.length, 0);
  });
});

describe("a batch", () => {
  it("does what hangs on another entry after it, and creates at once", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient());
    const once = post(aPatient(mrn), {}, { ifNoneExist: `identifier=${mrn}` });
    const named = (family: string) => ({ ...aPatient(), id, name: [{ family }] });
    const put = (family: string): JsonObject => ({ resource: named(family), ...request("PUT", `Patient/${id}`) });
    const answer = await client.bundle("batch", [
      request("GET", `Patient?identifier=${mrn}`),
      once,
      once,
      request("GET", `Patient?identifier=${mrn}`),
      put("A"),
      put("B"),
      request("GET", `Patient/${id}`),
      request("DELETE", `Patient/${id}`),
      request("GET", `Patient/${id}`),
      post(aPatient()),
      post(aPatient()),
    ]);
    assert.deepEqual(
      statuses(answer).map((status) => status?.slice(0, 3)),
      ["200", "201", "200", "200", "200", "200", "200", "204", "410", "201", "201"],
    );
    const resources = entriesOf(answer).map(({ resource }) => resource);
    assert.deepEqual([resources[0]?.["total"], resources[3]?.["total"]], [0, 1]);
    assert.deepEqual(resources[6]?.["name"], [{ family: "B" }]);
  });

  it("gives each entry its own outcome: one that fails touches no other", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient(mrn));
    const answer = await client.bundle("batch", [
      post(aPatient(mrn)),
      post(aPatient(mrn, { gender: "none" })),
      request("GET", `Patient/${randomUUID()}`),
      request("GET", `Patient/${id}`),
      request("GET", `Patient?nonsense=1`),
      request("DELETE", `Patient/${id}`, { ifMatch: 'W/"9"' }),
      request("GET", "metadata"),
      { resource: aPatient(), ...request("POST", "Patient/$validate") },
      { resource: { resourceType: "Bundle", type: "batch" }, ...request("POST", "") },
      request("GET", "Unicorn/1"),
    ]);
    assert.deepEqual(statuses(answer), [
      "201 Created",
      "422 Unprocessable Content",
      "404 Not Found",
      "200 OK",
      "400 Bad Request",
      "412 Precondition Failed",
      "200 OK",
      "200 OK",
      "400 Bad Request",
      "404 Not Found",
    ]);
    const invalid = entriesOf(answer)[1]?.response as unknown as { outcome: { issue: { expression: string[] }[] } };
    assert.deepEqual(invalid.outcome.issue[0]?.expression, ["Patient.gender"]);
    assert.equal(bodyOf(answer)["type"], "batch-response");
    assert.equal(await client.total(`Patient?identifier=${mrn}`), 2);
  });

  it("refuses entry by entry what the door refuses", async () => {
    const { id } = await client.create(aPatient());
    const weak = clientOf(() => f, WEAK_CALLER);
    const answer = await weak.bundle("batch", [post(aPatient()), request("GET", `Patient/${id}`)]);
    assert.deepEqual(statuses(answer), ["403 Forbidden", "200 OK"]);
  });

  it("resolves no references between its entries", async () => {
    const fullUrl = uuid();
    const answer = await client.bundle("batch", [post(aPatient(), { fullUrl }), post(anObservation(fullUrl))]);
    const [, observation] = entriesOf(answer);
    const at = observation?.response["location"]?.split("/_history")[0] as string;
    assert.deepEqual(bodyOf(await client.get(at))["subject"], { reference: fullUrl });
  });
});

describe("other Bundles", () => {
  it("lie under the key of the first patient whom their entries name", async () => {
    const { id } = await client.create(aPatient());
    const entry = [
      { resource: { resourceType: "Organization", name: "o" } },
      { resource: anObservation(`Patient/${id}`) },
    ];
    f.acts.length = 0;
    await client.post("Bundle", { resourceType: "Bundle", type: "collection", entry });
    assert.equal(f.acts[0]?.touched[0]?.subjectId, id);
  });

  it("are stored whole, and answered as they came", async () => {
    const fullUrl = uuid();
    const composition = {
      resourceType: "Composition",
      status: "final",
      type: { text: "Summary" },
      date: "2026-01-01",
      author: [{ reference: "urn:uuid:00000000-0000-4000-8000-000000000000" }],
      title: "T",
    };
    const document = {
      resourceType: "Bundle",
      type: "document",
      identifier: { system: "urn:ietf:rfc:3986", value: uuid() },
      timestamp: "2026-01-01T00:00:00Z",
      entry: [{ fullUrl, resource: composition }],
    };
    const collection = { resourceType: "Bundle", type: "collection", entry: [{ fullUrl, resource: aPatient() }] };
    for (const bundle of [document, collection]) {
      const created = await client.post("Bundle", bundle);
      assert.equal(created.status, 201);
      const stored = bodyOf(await client.get(`Bundle/${bodyOf(created).id}`));
      assert.deepEqual(stored["entry"], bundle.entry);
    }
    assert.equal(await codeOf(client.post("Bundle", { ...document, type: "nonsense" })), "invalid-resource");
    const [entry] = entriesOf(
      await client.bundle("transaction", [post(document)], { prefer: "return=representation" }),
    );
    assert.deepEqual(entry?.resource["entry"], document.entry);
  });
});
