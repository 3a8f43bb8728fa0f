import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../json.ts";
import { BASE, finds } from "../testing.ts";

const about = (subject: JsonObject): JsonObject => ({ resourceType: "Observation", id: "o", subject });
const to = (reference: string): JsonObject => about({ reference });

describe("a search by reference", () => {
  it("finds by id, by type and id, and by our own URL", () => {
    for (const value of [to("Patient/1"), to(`${BASE}/Patient/1`), to("Patient/1/_history/3")]) {
      for (const query of ["subject=1", "subject=Patient/1", `subject=${BASE}/Patient/1`, "patient=1"]) {
        const isUrlOfPatient = query !== "patient=1" || value["subject"] !== undefined;
        assert.equal(finds(value, query), isUrlOfPatient, `${JSON.stringify(value["subject"])} by ${query}`);
      }
    }
    assert.ok(!finds(to("Patient/1"), "subject=Patient/2"));
    assert.ok(!finds(to("Patient/1"), "subject=Group/1"));
    assert.ok(!finds(to("Patient/11"), "subject=Patient/1"));
  });

  it("finds a reference to another server by its URL alone", () => {
    const value = to("https://other.example/fhir/Patient/1");
    assert.ok(finds(value, "subject=https://other.example/fhir/Patient/1"));
    assert.ok(!finds(value, "subject=Patient/1"));
    assert.ok(!finds(value, "subject=1"));
  });

  it("finds a version where one is asked for", () => {
    assert.ok(finds(to("Patient/1/_history/3"), "subject=Patient/1/_history/3"));
    assert.ok(!finds(to("Patient/1/_history/3"), "subject=Patient/1/_history/2"));
    assert.ok(!finds(to("Patient/1"), "subject=Patient/1/_history/2"));
  });

  it("takes :[type] for the type of the id", () => {
    assert.ok(finds(to("Patient/1"), "subject:Patient=1"));
    assert.ok(finds(to("Patient/1"), "subject:Patient=Patient/1"));
    assert.ok(!finds(to("Group/1"), "subject:Patient=1"));
    for (const query of [
      "subject:Patient=Group/1",
      "subject:Practitioner=1",
      "subject:Nonsense=1",
      "patient:Group=1",
    ]) {
      assert.throws(() => finds(to("Patient/1"), query), { code: "invalid-request" }, query);
    }
  });

  it("finds by the identifier of a logical reference with :identifier", () => {
    const value = about({ identifier: { system: "urn:mrn", value: "aB" } });
    assert.ok(finds(value, "subject:identifier=urn:mrn|aB"));
    assert.ok(finds(value, "subject:identifier=aB"));
    assert.ok(!finds(value, "subject:identifier=urn:other|aB"));
    assert.ok(!finds(value, "subject:identifier=ab"));
    assert.ok(!finds(to("Patient/aB"), "subject:identifier=aB"));
  });

  it("finds canonicals with and without version", () => {
    const value: JsonObject = { resourceType: "PlanDefinition", id: "p", library: ["urn:lib|2.0"] };
    assert.ok(finds(value, "depends-on=urn:lib"));
    assert.ok(finds(value, "depends-on=urn:lib|2.0"));
    assert.ok(!finds(value, "depends-on=urn:lib|1.0"));
  });

  it("finds the versions of a canonical with :below", () => {
    const to = (canonical: string): JsonObject => ({ resourceType: "PlanDefinition", id: "p", library: [canonical] });
    for (const canonical of ["http://a.org/lib", "http://a.org/lib|1", "http://a.org/lib|1.2", "http://a.org/lib|10"]) {
      assert.ok(finds(to(canonical), "depends-on:below=http://a.org/lib"), canonical);
    }
    for (const canonical of ["http://a.org/lib|1", "http://a.org/lib|1.2"]) {
      assert.ok(finds(to(canonical), "depends-on:below=http://a.org/lib|1"), canonical);
    }
    for (const canonical of ["http://a.org/lib", "http://a.org/lib|10", "http://a.org/lib|2", "http://a.org/lib/1"]) {
      assert.ok(!finds(to(canonical), "depends-on:below=http://a.org/lib|1"), canonical);
    }
  });

  it("refuses what is no reference, and hierarchies", () => {
    for (const text of ["Nonsense/1", "Patient/", "Patient/1/2", "#x", "a b", "Patient/1/_history/"]) {
      assert.throws(() => finds(to("Patient/1"), `subject=${text}`), { code: "invalid-request" }, text);
    }
    for (const query of ["subject:below=Patient/1", "subject:below=1", "subject:above=Patient/1"]) {
      assert.throws(() => finds(to("Patient/1"), query), { code: "unsupported" }, query);
    }
  });
});
