import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../json.ts";
import { finds } from "../testing.ts";

const valueSet = (url: string): JsonObject => ({ resourceType: "ValueSet", id: "v", url, status: "active" });

describe("a search by URI", () => {
  it("finds it to the letter", () => {
    assert.ok(finds(valueSet("http://acme.org/fhir/ValueSet/123"), "url=http://acme.org/fhir/ValueSet/123"));
    for (const url of ["http://acme.org/fhir/ValueSet/12", "http://ACME.org/fhir/ValueSet/123", "acme.org"]) {
      assert.ok(!finds(valueSet("http://acme.org/fhir/ValueSet/123"), `url=${url}`), url);
    }
  });

  it("finds below by whole segments of the path", () => {
    assert.ok(finds(valueSet("http://acme.org/fhir/ValueSet/123"), "url:below=http://acme.org/fhir"));
    assert.ok(finds(valueSet("http://acme.org/fhir/ValueSet/123"), "url:below=http://acme.org/fhir/"));
    assert.ok(finds(valueSet("http://acme.org/fhir"), "url:below=http://acme.org/fhir"));
    assert.ok(!finds(valueSet("http://acme.org/fhir"), "url:below=http://acme.org/fhir/"), "it does not begin so");
    assert.ok(!finds(valueSet("http://acme.org/fhirs"), "url:below=http://acme.org/fhir"));
    assert.ok(!finds(valueSet("urn:oid:1.2.3"), "url:below=urn:oid:1.2"));
  });

  it("finds above by whole segments of the path", () => {
    assert.ok(finds(valueSet("http://acme.org/fhir"), "url:above=http://acme.org/fhir/ValueSet/123"));
    assert.ok(!finds(valueSet("http://acme.org/fhirs"), "url:above=http://acme.org/fhir/ValueSet"));
    assert.ok(!finds(valueSet("http://acme.org/fhir/ValueSet"), "url:above=http://acme.org/fhir"));
  });

  it("takes a version behind a canonical URL for the version of the resource", () => {
    const value: JsonObject = { ...valueSet("http://acme.org/vs"), version: "1.0" };
    assert.ok(finds(value, "url=http://acme.org/vs|1.0"));
    assert.ok(finds(value, "url=http://acme.org/vs"));
    assert.ok(finds(value, "url=http://acme.org/vs|2.0,http://acme.org/vs|1.0"));
    assert.ok(finds(value, "url:below=http://acme.org|1.0"));
    assert.ok(!finds(value, "url=http://acme.org/vs|2.0"));
    assert.ok(!finds(value, "url:below=http://acme.org|2.0"));
    assert.ok(!finds(valueSet("http://acme.org/vs"), "url=http://acme.org/vs|1.0"));
  });

  it("finds a profile with and without its version", () => {
    const value: JsonObject = { resourceType: "Patient", id: "p", meta: { profile: ["http://a.org/p|1.0"] } };
    assert.ok(finds(value, "_profile=http://a.org/p"));
    assert.ok(finds(value, "_profile=http://a.org/p|1.0"));
    assert.ok(!finds(value, "_profile=http://a.org/p|2.0"));
    assert.ok(finds(value, "_profile:missing=false"));
  });
});
