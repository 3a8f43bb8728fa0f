/**
 * Ways around a refusal: a type that policy forbids asked for by include, chain, compartment or operation, a record that
 * a label hides guessed by counts, order or links, and cursors that were given to somebody else. Each is stopped where a
 * search of its own would be, and each refusal leaves its entry in the ledger.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { WardError } from "@ward/core";
import type { JsonObject } from "../json.ts";
import { ADMIN, idsOf, NURSE, startSearchFixture, type SearchFixture } from "./testing/search-fixture.ts";

const RESTRICTED = { system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" };
const hidden: JsonObject = { meta: { security: [RESTRICTED] } };
let f: SearchFixture;

before(async () => {
  f = await startSearchFixture();
  await f.store(
    { resourceType: "Practitioner", id: "dr", name: [{ family: "Curie" }] },
    { resourceType: "Practitioner", id: "secret-dr", name: [{ family: "Mabuse" }], ...hidden },
    { resourceType: "Patient", id: "p1", name: [{ family: "Okafor" }], birthDate: "1980-05-01" },
    { resourceType: "Patient", id: "p2", name: [{ family: "Bond" }], birthDate: "1920-11-11", ...hidden },
    { resourceType: "Condition", id: "c1", subject: { reference: "Patient/p1" }, code: { coding: [{ code: "flu" }] } },
    observation("o1", "p1", { focus: [{ reference: "Condition/c1" }] }),
    observation("o2", "p1", { performer: [{ reference: "Practitioner/secret-dr" }], valueString: "seen" }),
    observation("o3", "p1", { ...hidden, valueString: "unseen", performer: [{ reference: "Practitioner/dr" }] }),
    observation("o4", "p2"),
  );
});
after(async () => await f.close());

function observation(id: string, subject: string, more: JsonObject = {}): JsonObject {
  const code = { coding: [{ system: "http://loinc.org", code: "2345-7" }] };
  return {
    resourceType: "Observation",
    id,
    status: "final",
    code,
    subject: { reference: `Patient/${subject}` },
    ...more,
  };
}

async function refusalsOf(work: () => Promise<unknown>): Promise<string[]> {
  const count = async (): Promise<string[]> => {
    const rows = await f.db.database.query<{ body: Buffer }>("select body from ledger.pending order by id");
    return rows.map(({ body }) => body.toString());
  };
  const before = (await count()).length;
  await work();
  const entries = (await count()).slice(before).map((text) => JSON.parse(text) as Record<string, unknown>);
  return entries.flatMap(({ outcome, action, resource }) =>
    outcome === "refused" ? [`${action as string} ${(resource as { type: string }).type}`] : [],
  );
}

async function refused(url: string): Promise<string> {
  try {
    await f.search(url, NURSE);
  } catch (thrown) {
    if (thrown instanceof WardError) return thrown.code;
    throw thrown;
  }
  return "nothing was thrown";
}

describe("A type that policy forbids", () => {
  const ways = {
    "a search": ["Condition?code=flu", "fhir.search Condition"],
    "an include by name": ["Observation?_id=o1&_include=Observation:focus:Condition", "fhir.read Condition"],
    "an include without a named target": ["Observation?_id=o1&_include=Observation:focus", "fhir.read Condition"],
    "an include of what matches do not refer to": [
      "Observation?_id=o2&_include=Observation:focus:Condition",
      "fhir.read Condition",
    ],
    "an iterated include": [
      "Patient?_id=p1&_revinclude=Observation:subject&_include:iterate=Observation:focus",
      "fhir.read Condition",
    ],
    "a reverse include": ["Patient?_id=p1&_revinclude=Condition:subject", "fhir.search Condition"],
    "a reverse include of nothing": ["Patient?_id=nobody&_revinclude=Condition:subject", "fhir.search Condition"],
    "a chain": ["Observation?focus:Condition.code=flu", "fhir.search Condition"],
    "a chain behind a chain": ["Observation?subject:Patient._has:Condition:patient:code=flu", "fhir.search Condition"],
    _has: ["Patient?_has:Condition:patient:code=flu", "fhir.search Condition"],
    "a compartment": ["Patient/p1/Condition", "fhir.search Condition"],
    "several types": ["?_type=Patient,Condition&_id=c1", "fhir.search Condition"],
  } as const;
  for (const [way, [url, entry]] of Object.entries(ways)) {
    it(`is refused by ${way}, and the refusal recorded`, async () => {
      const refusals = await refusalsOf(async () => assert.equal(await refused(url), "access-denied"));
      assert.deepEqual(refusals, [entry]);
    });
  }

  it("is left out and named where a whole compartment or any reference is asked for", async () => {
    for (const url of ["Patient/p1/*", "Patient/p1/$everything", "Observation?_id=o1&_include=*"]) {
      const bundle = await f.search(url, NURSE);
      const text = JSON.stringify(bundle.entry?.filter(({ search }) => search.mode !== "outcome"));
      assert.equal(text.includes('"resourceType":"Condition"'), false, url);
      const outcome = bundle.entry?.find(({ search }) => search.mode === "outcome")?.resource;
      assert.match(JSON.stringify(outcome), /Condition/, url);
      assert.ok(JSON.stringify(await f.search(url, ADMIN)).includes('"resourceType":"Condition"'), url);
    }
  });
});

describe("A record that a label hides", () => {
  it("is neither shown nor counted, on any page", async () => {
    for (const url of [
      "Observation?code=2345-7",
      "Observation?code=2345-7&_total=accurate",
      "Observation?_sort=-date",
    ]) {
      const bundle = await f.search(url, NURSE);
      assert.deepEqual(
        [bundle.total, idsOf(bundle, "match").sort()],
        [3, ["Observation/o1", "Observation/o2", "Observation/o4"]],
      );
    }
    assert.equal((await f.search("Observation?_summary=count", NURSE)).total, 3);
    assert.equal((await f.search("Observation?_summary=count", ADMIN)).total, 4);
    const { matches, pages } = await f.pages("Observation?code=2345-7&_count=1", NURSE);
    assert.deepEqual(matches, ["Observation/o4", "Observation/o2", "Observation/o1"]);
    assert.equal(pages.length, 3);
  });

  it("is not found by its own values, nor leads anywhere in a chain", async () => {
    for (const url of [
      "Observation?_id=o3",
      "Observation?value-string=unseen",
      "Patient?birthdate=1920-11-11",
      "Observation?subject:Patient.birthdate=1920-11-11",
      "Observation?subject:Patient.family=bond",
      "Patient?_has:Observation:patient:value-string=unseen",
      "Observation?performer:Practitioner.family=mabuse",
      "Patient?_has:Observation:patient:performer:Practitioner.family=mabuse",
      "Practitioner?_has:Observation:performer:value-string=unseen",
    ]) {
      const bundle = await f.search(url, NURSE);
      assert.deepEqual([bundle.total, bundle.entry], [0, undefined], url);
      assert.notEqual((await f.search(url, ADMIN)).total, 0, url);
    }
  });

  it("is not included, nor does it bring others along", async () => {
    for (const [url, included] of [
      ["Observation?_id=o2&_include=Observation:performer", []],
      ["Observation?_id=o4&_include=Observation:subject", []],
      [
        "Patient?_id=p1&_revinclude=Observation:subject&_include:iterate=Observation:performer",
        ["Observation/o1", "Observation/o2"],
      ],
    ] as const) {
      assert.deepEqual(idsOf(await f.search(url, NURSE), "include").sort(), included, url);
    }
  });

  it("is not there for operations", async () => {
    assert.equal(await refused("Patient/p2/$everything"), "not-found");
    const everything = await f.search("Patient/p1/$everything", NURSE);
    assert.deepEqual(idsOf(everything, "match").sort(), ["Observation/o1", "Observation/o2", "Patient/p1"]);
    assert.deepEqual(idsOf(await f.search("Observation/$lastn?patient=p1&max=9", NURSE), "match").length, 2);
  });
});

describe("A cursor", () => {
  const nextOf = async (url: string): Promise<string> =>
    (await f.search(url, ADMIN)).link.find(({ relation }) => relation === "next")?.url ?? "";

  it("is refused to others and for other paths", async () => {
    const next = await nextOf("Observation?code=2345-7&_count=1");
    assert.equal(await refused(next), "access-denied");
    await assert.rejects(f.search(next, { ...ADMIN, purpose: "HOPERAT" }), { code: "access-denied" });
    for (const path of ["Patient", "Patient/p1/Observation", "Patient/p1/$everything"]) {
      await assert.rejects(f.search(next.replace("Observation?", `${path}?`)), { code: "access-denied" });
    }
  });

  it("is refused where it was changed, or is asked another query with", async () => {
    const next = await nextOf("Observation?code=2345-7&_count=1");
    const changed = next.replace(/(.)$/, (last) => (last === "A" ? "B" : "A"));
    await assert.rejects(f.search(changed), { code: "invalid-request" });
    await assert.rejects(f.search(`${next}&code=other`), { code: "invalid-request" });
    await assert.rejects(f.search("Observation?_cursor=AAAA"), { code: "invalid-request" });
    await f.search(next);
  });

  it("shows nothing of the query, the records or the order", async () => {
    const next = await nextOf("Patient?_sort=family&gender:missing=true&_count=1");
    const token = new URL(next).searchParams.get("_cursor") ?? "";
    for (const text of [token, Buffer.from(token, "base64url").toString("latin1")]) {
      assert.doesNotMatch(text, /okafor|bond|family|gender|Patient|admin/i);
    }
  });
});
