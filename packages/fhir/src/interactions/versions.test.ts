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
  codeOf,
  failureOf,
  startFixture,
  WEAK_CALLER,
  type Fixture,
} from "../testing/fixture.ts";

let f: Fixture;
before(async () => {
  f = await startFixture({
    appPolicies: {
      "auditors.cedar": `@id("auditors-look-back")
        permit (principal in Ward::Role::"auditor", action == Ward::Action::"fhir.history", resource);
        @id("but-not-at-groups")
        forbid (principal in Ward::Role::"half-auditor", action, resource == Ward::ResourceType::"Group");`,
    },
  });
});
after(async () => await f.close());
const client = clientOf(() => f, CALLER);

interface HistoryEntry {
  readonly fullUrl: string;
  readonly resource?: JsonObject;
  readonly request: { readonly method: string; readonly url: string };
  readonly response: { readonly status: string; readonly etag: string; readonly lastModified: string };
}
const entries = (bundle: JsonObject): readonly HistoryEntry[] =>
  (bundle["entry"] ?? []) as unknown as readonly HistoryEntry[];
const linkOf = (bundle: JsonObject, relation: string): string | undefined =>
  (bundle["link"] as { relation: string; url: string }[]).find((link) => link.relation === relation)?.url;

describe("a conditional read", () => {
  it("answers 304 to who holds the current version, and the resource to who holds another", async () => {
    const { id } = await client.create(aPatient());
    const read = await client.get(`Patient/${id}`);
    assert.equal(read.etag, 'W/"1"');
    for (const ifNoneMatch of ['W/"1"', '"1"', 'W/"7", W/"1"', "*"]) {
      const same = await client.get(`Patient/${id}`, { ifNoneMatch });
      assert.deepEqual([same.status, same.etag, same.body, same.json], [304, 'W/"1"', undefined, undefined]);
    }
    for (const ifNoneMatch of ['W/"2"', "xyz", ""]) {
      assert.equal((await client.get(`Patient/${id}`, { ifNoneMatch })).status, 200);
    }
    const ifModifiedSince = new Date(read.lastModified as string).toUTCString();
    assert.equal((await client.get(`Patient/${id}`, { ifModifiedSince })).status, 304);
    assert.equal((await client.get(`Patient/${id}`, { ifModifiedSince: "Tue, 01 Jan 2019 00:00:00 GMT" })).status, 200);
    assert.equal((await client.get(`Patient/${id}`, { ifModifiedSince: "yesterday" })).status, 200);
    assert.equal((await client.get(`Patient/${id}`, { ifModifiedSince, ifNoneMatch: 'W/"9"' })).status, 200);
  });

  it("is recorded without elements where it answered 304", async () => {
    const { id } = await client.create(aPatient());
    f.acts.length = 0;
    await client.get(`Patient/${id}`, { ifNoneMatch: 'W/"1"' });
    assert.deepEqual(f.acts[0]?.touched, [{ type: "Patient", id, subjectId: id }]);
  });
});

describe("what a read shows", () => {
  it("is what _summary, _elements and _pretty ask for", async () => {
    const { id } = await client.create(anObservation("Device/d1", { note: [{ text: "n" }] }));
    const some = bodyOf(await client.get(`Observation/${id}?_elements=valueQuantity`));
    assert.deepEqual([some["note"], typeof some["valueQuantity"], some["status"]], [undefined, "object", "final"]);
    const summary = bodyOf(await client.get(`Observation/${id}?_summary=true`));
    assert.equal(summary["note"], undefined);
    assert.match(JSON.stringify(summary["meta"]), /SUBSETTED/);
    const pretty = await client.get(`Observation/${id}?_pretty=true&_format=application/fhir%2Bjson`);
    assert.equal((await client.get(`Observation/${id}?_format=application/json+fhir`)).status, 200);
    assert.match(Buffer.from(pretty.json as Uint8Array).toString(), /^\{\n {2}"resourceType": "Observation",\n/);
  });

  it("is the very decimals that were sent", async () => {
    const body = '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00}}';
    const created = await client.post("Observation", body);
    const text = (answer: { json?: Uint8Array; body?: unknown }): string => Buffer.from(answer.json ?? []).toString();
    assert.match(text(created), /"value":1\.00/);
    const { id } = bodyOf(created);
    assert.match(text(await client.get(`Observation/${id}`)), /"value":1\.00/);
    assert.match(text(await client.get(`Observation/${id}?_pretty=true`)), /"value": 1\.00/);
    assert.match(text(await client.get(`Observation/${id}?_elements=value`)), /"value":1\.00/);
    assert.match(text(await client.get(`Observation?_id=${id}`)), /"value":1\.00/);
    assert.match(text(await client.get(`Observation/${id}/_history`)), /"value":1\.00/);
    const patch = [{ op: "replace", path: "/status", value: "amended" }];
    assert.match(text(await client.patch(`Observation/${id}`, patch)), /"value":1\.00/);
    const entry = [{ request: { method: "GET", url: `Observation/${id}` } }];
    assert.match(text(await client.bundle("batch", entry)), /"value":1\.00/);
  });
});

describe("vread", () => {
  it("reads each version, and no other", async () => {
    const { id } = await client.create(aPatient());
    await client.put(`Patient/${id}`, { ...aPatient(), id, active: true });
    const [first, second] = [
      await client.get(`Patient/${id}/_history/1`),
      await client.get(`Patient/${id}/_history/2`),
    ];
    assert.deepEqual([bodyOf(first)["active"], bodyOf(second)["active"]], [undefined, true]);
    assert.deepEqual([first.etag, second.etag], ['W/"1"', 'W/"2"']);
    for (const version of ["0", "3", "01x", "-1"]) {
      assert.equal(await codeOf(client.get(`Patient/${id}/_history/${version}`)), "not-found");
    }
    assert.equal((await client.get(`Patient/${id}/_history/1`, { ifNoneMatch: 'W/"1"' })).status, 304);
  });

  it("is recorded as an act of its own", async () => {
    const { id } = await client.create(aPatient());
    f.acts.length = 0;
    await client.get(`Patient/${id}/_history/1`);
    assert.deepEqual(
      f.acts.map(({ act, touched }) => [act.action, touched[0]?.subjectId]),
      [["fhir.vread", id]],
    );
  });
});

describe("delete", () => {
  it("leaves the versions, hides the record, and can be undone by an update", async () => {
    const mrn = randomUUID();
    const { id } = await client.create(aPatient(mrn));
    const deleted = await client.delete(`Patient/${id}`);
    assert.deepEqual([deleted.status, deleted.etag, deleted.body], [204, 'W/"2"', undefined]);
    const gone = await failureOf(client.get(`Patient/${id}`));
    assert.deepEqual([gone.code, gone.detail["version"]], ["gone", 2]);
    assert.equal(await codeOf(client.get(`Patient/${id}/_history/2`)), "gone");
    assert.equal(bodyOf(await client.get(`Patient/${id}/_history/1`)).id, id);
    assert.equal(await client.total(`Patient?identifier=${mrn}`), 0);
    const restored = await client.put(`Patient/${id}`, { ...aPatient(mrn), id });
    assert.deepEqual([restored.status, restored.etag], [201, 'W/"3"']);
    assert.equal(await client.total(`Patient?identifier=${mrn}`), 1);
  });

  it("is no failure where there is nothing to delete, and says so where asked", async () => {
    const { id } = await client.create(aPatient());
    await client.delete(`Patient/${id}`);
    assert.deepEqual((await client.delete(`Patient/${id}`)).status, 204);
    assert.deepEqual((await client.delete(`Patient/${randomUUID()}`)).status, 204);
    const told = await client.delete(`Patient/${id}`, { prefer: "return=OperationOutcome" });
    assert.deepEqual([told.status, bodyOf(told)["resourceType"]], [200, "OperationOutcome"]);
    assert.equal(entries(bodyOf(await client.get(`Patient/${id}/_history`))).length, 2);
  });

  it("happens to the version that was named, and to no other", async () => {
    const { id } = await client.create(aPatient());
    assert.equal(await codeOf(client.delete(`Patient/${id}`, { ifMatch: 'W/"2"' })), "version-conflict");
    assert.equal(await codeOf(client.delete(`Patient/${id}`, { ifMatch: "x" })), "invalid-request");
    assert.equal((await client.delete(`Patient/${id}`, { ifMatch: 'W/"1"' })).status, 204);
    assert.equal(await codeOf(client.delete(`Patient/${id}`, { ifMatch: "*" })), "version-conflict");
  });
});

describe("history", () => {
  it("tells every version of a record, newest first, with how each came about", async () => {
    const { id } = await client.create(aPatient());
    await client.put(`Patient/${id}`, { ...aPatient(), id });
    await client.delete(`Patient/${id}`);
    const bundle = bodyOf(await client.get(`Patient/${id}/_history`, { base: "https://ward.example/fhir/R4" }));
    assert.deepEqual([bundle["type"], bundle["total"]], ["history", 3]);
    assert.deepEqual(
      entries(bundle).map(({ fullUrl, resource, request, response }) => [
        fullUrl,
        resource?.["id"],
        request.method,
        request.url,
        response.status,
        response.etag,
      ]),
      [
        [`https://ward.example/fhir/R4/Patient/${id}`, undefined, "DELETE", `Patient/${id}`, "204 No Content", 'W/"3"'],
        [`https://ward.example/fhir/R4/Patient/${id}`, id, "PUT", `Patient/${id}`, "200 OK", 'W/"2"'],
        [`https://ward.example/fhir/R4/Patient/${id}`, id, "POST", "Patient", "201 Created", 'W/"1"'],
      ],
    );
    assert.equal(linkOf(bundle, "self"), `https://ward.example/fhir/R4/Patient/${id}/_history`);
    assert.equal(linkOf(bundle, "next"), undefined);
    assert.equal(await codeOf(client.get(`Patient/${randomUUID()}/_history`)), "not-found");
  });

  it("comes in pages that neither repeat nor lose a version", async () => {
    const { id } = await client.create(aPatient());
    for (let at = 0; at < 6; at++) await client.put(`Patient/${id}`, { ...aPatient(), id });
    const base = "https://ward.example/fhir/R4";
    const seen: string[] = [];
    let next: string | undefined = `Patient/${id}/_history?_count=3`;
    for (let pages = 0; next !== undefined && pages < 5; pages++) {
      const bundle: JsonObject = bodyOf(await client.get(next, { base }));
      assert.ok(entries(bundle).length <= 3);
      seen.push(...entries(bundle).map(({ response }) => response.etag));
      next = linkOf(bundle, "next")?.slice(base.length + 1);
      if (seen.length === 3) await client.put(`Patient/${id}`, { ...aPatient(), id });
    }
    assert.deepEqual(
      seen,
      [7, 6, 5, 4, 3, 2, 1].map((version) => `W/"${version}"`),
    );
  });

  it("gives a cursor's pages to nobody else, and for no other record", async () => {
    const { id } = await client.create(aPatient());
    await client.put(`Patient/${id}`, { ...aPatient(), id });
    const other = await client.create(aPatient());
    const bundle = bodyOf(await client.get(`Patient/${id}/_history?_count=1`));
    const cursor = new URL(linkOf(bundle, "next") as string).search;
    assert.equal((await client.get(`Patient/${id}/_history${cursor}`)).status, 200);
    assert.equal(await codeOf(client.get(`Patient/${other.id}/_history${cursor}`)), "access-denied");
    assert.equal(await codeOf(client.get(`Patient/${id}/_history?_cursor=forged`)), "invalid-request");
  });

  it("of a type tells all its records' versions, since a time or at one", async () => {
    const before = await client.create({ resourceType: "Organization", name: "before" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const between = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const behind = await client.create({ resourceType: "Organization", name: "behind" });
    await client.delete(`Organization/${before.id}`);
    const ids = async (query: string): Promise<readonly (readonly [string, string])[]> =>
      entries(bodyOf(await client.get(`Organization/_history${query}`))).map(({ fullUrl, response }) => [
        fullUrl.split("/").at(-1) as string,
        response.etag,
      ]);
    assert.deepEqual(await ids(""), [
      [before.id, 'W/"2"'],
      [behind.id, 'W/"1"'],
      [before.id, 'W/"1"'],
    ]);
    assert.deepEqual(await ids(`?_since=${between.toISOString()}`), [
      [before.id, 'W/"2"'],
      [behind.id, 'W/"1"'],
    ]);
    assert.deepEqual(await ids(`?_at=${between.toISOString()}`), [[before.id, 'W/"1"']]);
    assert.deepEqual(await ids(`?_at=lt${between.toISOString()}`), [[before.id, 'W/"1"']]);
    assert.deepEqual(await ids("?_at=eb2000"), []);
    for (const prefix of ["ge", "gt"]) assert.equal((await ids(`?_at=${prefix}${between.toISOString()}`)).length, 3);
    assert.equal((await ids("?_at=le2099-01-01T00:00")).length, 3);
    assert.equal((await ids("?_count=2")).length, 2);
    for (const query of [
      "?_since=yesterday",
      "?_since=gt2020",
      "?_at=2020-13",
      "?_at=ap2020",
      "?_count=-1",
      "?_count=x",
      "?name=x",
    ]) {
      assert.equal(await codeOf(client.get(`Organization/_history${query}`)), "invalid-request", query);
    }
    assert.equal((await client.get("Organization/_history?name=x", { prefer: "handling=lenient" })).status, 200);
  });

  it("of everything is for who has the power over everything, and records each type that it shows", async () => {
    assert.equal(await codeOf(client.get("_history")), "access-denied");
    const person = (...roles: string[]): Client =>
      clientOf(() => f, { ...CALLER, principal: { kind: "person", id: "a", roles } });
    const { id } = await client.create(aPatient());
    const device = await client.create({ resourceType: "Device" });
    f.acts.length = 0;
    const bundle = bodyOf(await person("auditor").get("_history?_count=2"));
    assert.deepEqual(
      entries(bundle).map(({ resource }) => resource?.["id"]),
      [device.id, id],
    );
    assert.deepEqual(
      f.acts.map(({ act, touched }) => [act.action, act.resourceType, touched.length]),
      [
        ["fhir.history", "Patient", 1],
        ["fhir.history", "Device", 1],
        ["fhir.history", "Resource", 0],
      ],
    );
    await client.create({ resourceType: "Group", type: "person", actual: true });
    assert.equal(await codeOf(person("auditor", "half-auditor").get("_history?_count=2")), "access-denied");
    assert.equal((await person("auditor").get("_history?_count=2")).status, 200);
  });
});

describe("an id of a client's choice", () => {
  it("is taken by an update, and is the same record from then on", async () => {
    const id = `example-${randomUUID().slice(0, 8)}`;
    const created = await client.put(`Patient/${id}`, { ...aPatient(), id });
    assert.deepEqual([created.status, created.location], [201, `Patient/${id}/_history/1`]);
    assert.equal((await client.put(`Patient/${id}`, { ...aPatient(), id })).status, 200);
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).id, id);
    assert.equal(entries(bodyOf(await client.get(`Patient/${id}/_history`))).length, 2);
    assert.doesNotMatch((await f.entries()).join("\n"), new RegExp(id));
  });

  it("is needed once: with If-None-Match: * an update never replaces", async () => {
    const id = `once-${randomUUID().slice(0, 8)}`;
    const put = () => client.put(`Patient/${id}`, { ...aPatient(), id }, { ifNoneMatch: "*" });
    const race = await Promise.allSettled([put(), put(), put(), put()]);
    assert.equal(race.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal(await codeOf(put()), "version-conflict");
    assert.equal(bodyOf(await client.get(`Patient/${id}`)).meta.versionId, "1");
  });

  it("needs the power to create as well", async () => {
    const weak = clientOf(() => f, WEAK_CALLER);
    const id = randomUUID();
    assert.equal(await codeOf(weak.put(`Patient/${id}`, { ...aPatient(), id })), "access-denied");
    assert.equal(await codeOf(client.get(`Patient/${id}`)), "not-found");
  });

  it("with If-Match must be there already", async () => {
    const id = randomUUID();
    assert.equal(
      await codeOf(client.put(`Patient/${id}`, { ...aPatient(), id }, { ifMatch: 'W/"1"' })),
      "version-conflict",
    );
    assert.equal(
      await codeOf(client.put(`Patient/${id}`, { ...aPatient(), id }, { ifMatch: "*" })),
      "version-conflict",
    );
    assert.equal(
      await codeOf(client.put(`Patient/${id}`, { ...aPatient(), id }, { ifMatch: 'W/"0"' })),
      "version-conflict",
    );
  });
});

describe("a version", () => {
  it("is named by a tag to the letter: a well-formed one of others is never current, and anything else no tag", async () => {
    const { id } = await client.create(aPatient());
    const put = (ifMatch: string): Promise<string> =>
      codeOf(client.put(`Patient/${id}`, { ...aPatient(), id }, { ifMatch }));
    for (const ifMatch of ['W/"abc"', '"01"', 'W/"0"', '"2000000001"'])
      assert.equal(await put(ifMatch), "version-conflict");
    for (const ifMatch of ["abc", 'W/"1', 'W/1 2"', ""]) assert.equal(await put(ifMatch), "invalid-request", ifMatch);
    for (const version of ["01", "0", "+1", "1.0"]) {
      assert.equal(await codeOf(client.get(`Patient/${id}/_history/${version}`)), "not-found", version);
    }
  });
});

describe("a parameter without a value", () => {
  it("is ignored by whatever is read, as in a search", async () => {
    const { id } = await client.create(aPatient());
    for (const path of [
      `Patient/${id}?_format=&_pretty=&_summary=&_elements=`,
      `Patient/${id}/_history?_count=&_since=&_at=&_format`,
      `Patient/${id}/$everything?start=&end=&_since=&_type=&_count=`,
      `Observation/$lastn?patient=${id}&max=&code=`,
      `Patient/${id}/$validate?mode=&profile=`,
    ]) {
      assert.equal((await client.get(path)).status, 200, path);
    }
  });
});

describe("the number of entries", () => {
  it("is told of a history that is shown whole, of a record, a type or a time", async () => {
    const { id } = await client.create(aPatient());
    const totalOf = async (path: string): Promise<unknown> => bodyOf(await client.get(path))["total"];
    assert.equal(await totalOf("Organization/_history?_since=2099-01-01"), 0);
    assert.equal(await totalOf(`Patient/${id}/_history?_count=2147483648`), 1);
    await client.put(`Patient/${id}`, { ...aPatient(), id });
    assert.equal(await totalOf(`Patient/${id}/_history`), 2);
    assert.equal(await totalOf(`Patient/${id}/_history?_count=1`), undefined);
  });
});
