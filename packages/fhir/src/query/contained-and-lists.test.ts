/** Chains into what records contain, and members of lists: both lead elsewhere without a literal reference of the row's. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { WardError } from "@ward/core";
import type { JsonObject } from "../json.ts";
import { idsOf, NURSE, RESTRICTED, startSearchFixture, type SearchFixture } from "./testing/search-fixture.ts";

let f: SearchFixture;

before(async () => {
  f = await startSearchFixture();
  await f.store(
    { resourceType: "Organization", id: "maker", name: "Acme" },
    { resourceType: "Practitioner", id: "dr", name: [{ family: "Curie" }] },
    patient("p1", "Okafor"),
    patient("p2", "Meyer"),
    { resourceType: "Medication", id: "m1", code: { coding: [{ code: "kept" }] } },
    request("outside", { medicationReference: { reference: "Medication/m1" } }),
    request("inside", {
      contained: [
        {
          resourceType: "Medication",
          id: "m1",
          code: { coding: [{ code: "mixed" }] },
          manufacturer: { reference: "Organization/maker" },
          ingredient: [
            { itemCodeableConcept: { coding: [{ code: "abc" }] } },
            { itemReference: { reference: "#part" } },
          ],
        },
        { resourceType: "Medication", id: "part", code: { coding: [{ code: "part" }] } },
      ],
      medicationReference: { reference: "#m1" },
    }),
    list("all", ["Patient/p1", "Patient/p2", "Practitioner/dr", "https://other.example/fhir/Patient/p1"]),
    list("few", ["Patient/p2"]),
    {
      ...list("changed", ["Patient/p1"]),
      mode: "changes",
      entry: [
        { item: { reference: "Patient/p1" }, deleted: true },
        { item: { reference: "Patient/p2" }, deleted: false },
      ],
    },
    { ...list("hidden", ["Patient/p1"]), meta: { security: [labelOf(RESTRICTED)] } },
  );
});
after(async () => await f.close());

describe("A chain", () => {
  it("goes into what a record contains", async () => {
    assert.deepEqual(await found("MedicationRequest?medication.code=mixed"), ["MedicationRequest/inside"]);
    assert.deepEqual(await found("MedicationRequest?medication.ingredient-code=abc"), ["MedicationRequest/inside"]);
    assert.deepEqual(await found("MedicationRequest?medication:Medication.code=mixed,kept"), [
      "MedicationRequest/inside",
      "MedicationRequest/outside",
    ]);
    assert.deepEqual(
      await found("MedicationRequest?medication.code=part"),
      [],
      "what is contained beside it is not it",
    );
    assert.deepEqual(await found("MedicationRequest?medication.code:not=kept"), ["MedicationRequest/inside"]);
    assert.deepEqual(await found("MedicationRequest?medication.status:missing=true&_sort=_id"), [
      "MedicationRequest/inside",
      "MedicationRequest/outside",
    ]);
  });

  it("goes on from there, to records and to what lies beside", async () => {
    assert.deepEqual(await found("MedicationRequest?medication.manufacturer.name=acme"), ["MedicationRequest/inside"]);
    assert.deepEqual(await found("MedicationRequest?medication.ingredient:Medication.code=part"), [
      "MedicationRequest/inside",
    ]);
    assert.deepEqual(await found("Patient?_has:MedicationRequest:subject:medication.code=mixed"), ["Patient/p1"]);
  });

  it("finds no record by what another contains, nor by a name that is good in it alone", async () => {
    assert.deepEqual(await found("Medication?code=mixed"), []);
    assert.deepEqual(await found("MedicationRequest?medication=m1"), ["MedicationRequest/outside"]);
    assert.deepEqual(await found("MedicationRequest?medication._id=m1"), ["MedicationRequest/outside"]);
    assert.deepEqual(await found("MedicationRequest?medication._id=part"), []);
  });

  it("counts, sorts and pages what it finds so", async () => {
    const first = await f.search("MedicationRequest?medication.status:missing=true&_sort=_id&_count=1&_total=accurate");
    assert.deepEqual([idsOf(first, "match"), first.total], [["MedicationRequest/inside"], 2]);
    const { matches } = await f.pages("MedicationRequest?medication.status:missing=true&_sort=-_id&_count=1");
    assert.deepEqual(matches, ["MedicationRequest/outside", "MedicationRequest/inside"]);
  });

  it("is refused where its further links are too many to be asked of all that is contained", async () => {
    await f.store(
      ...Array.from({ length: 4 }, (_, n) => ({ resourceType: "Organization", id: `o${n}`, name: "Acme" })),
    );
    const url = "MedicationRequest?patient=p1&medication.manufacturer.name=acme";
    assert.deepEqual(await found(url), ["MedicationRequest/inside"]);
    await assert.rejects(f.search(url, undefined, { innerMatchesMax: 3 }), { code: "too-large" });
  });
});

describe("A search by `_list`", () => {
  it("finds what the list refers to, of the type that is searched", async () => {
    assert.deepEqual(await found("Patient?_list=all&_sort=_id"), ["Patient/p1", "Patient/p2"]);
    assert.deepEqual(await found("Practitioner?_list=all"), ["Practitioner/dr"]);
    assert.deepEqual(await found("Organization?_list=all"), []);
    assert.deepEqual((await found("?_type=Patient,Practitioner&_list=all")).sort(), [
      "Patient/p1",
      "Patient/p2",
      "Practitioner/dr",
    ]);
  });

  it("joins with other criteria, other lists and chains", async () => {
    assert.deepEqual(await found("Patient?_list=all&family=mey"), ["Patient/p2"]);
    assert.deepEqual(await found("Patient?_list=all&_list=few"), ["Patient/p2"]);
    assert.deepEqual(await found("Patient?_list=none,few"), ["Patient/p2"]);
    assert.deepEqual(await found("MedicationRequest?patient._list=few"), []);
    assert.deepEqual(await found("MedicationRequest?patient._list=all&medication.code=kept"), [
      "MedicationRequest/outside",
    ]);
    const { total } = await f.search("Patient?_list=nobody");
    assert.equal(total, 0);
  });

  it("leaves out what the list says was deleted from it", async () => {
    assert.deepEqual(await found("Patient?_list=changed"), ["Patient/p2"]);
  });

  it("records which list it was led by", async () => {
    await f.search("Patient?_list=few");
    const ofLists = f.acts.filter(({ act }) => act.resourceType === "List");
    assert.deepEqual(
      ofLists.map(({ act, touched }) => [act.action, touched.length]),
      [["fhir.search", 1]],
    );
  });

  it("finds nothing by a list that the caller may not see", async () => {
    assert.deepEqual(await found("Patient?_list=hidden"), ["Patient/p1"]);
    assert.deepEqual(idsOf(await f.search("Patient?_list=hidden", NURSE), "match"), []);
  });

  it("refuses lists by their function, and what is no id", async () => {
    assert.equal(await refusal("Patient?_list=$current-problems"), "unsupported list-by-function");
    assert.equal(await refusal("Patient?_list=List/all"), "invalid-request id-form");
    assert.equal(await refusal("Patient?_list:not=all"), "invalid-request modifier");
  });
});

async function found(url: string): Promise<string[]> {
  return idsOf(await f.search(url), "match");
}

async function refusal(url: string): Promise<string> {
  try {
    await f.search(url);
  } catch (thrown) {
    if (thrown instanceof WardError) return `${thrown.code} ${String(thrown.detail["reason"])}`;
    throw thrown;
  }
  return "none";
}

function patient(id: string, family: string): JsonObject {
  return { resourceType: "Patient", id, name: [{ family }] };
}

function request(id: string, medication: JsonObject): JsonObject {
  const subject = { reference: "Patient/p1" };
  return { resourceType: "MedicationRequest", id, status: "active", intent: "order", subject, ...medication };
}

function list(id: string, references: readonly string[]): JsonObject {
  const entry = references.map((reference) => ({ item: { reference } }));
  return { resourceType: "List", id, status: "current", mode: "working", entry };
}

function labelOf(label: string): JsonObject {
  const [system, code] = label.split("|") as [string, string];
  return { system, code };
}
