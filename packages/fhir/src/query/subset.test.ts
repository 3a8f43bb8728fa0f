import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFhirJson, writeJson, type JsonObject } from "../json.ts";
import { sample } from "../testing/samples.ts";
import { subset } from "./subset.ts";

const SUBSETTED = { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" };
const patient = sample("Patient");
const observation = sample("Observation");

function names(resource: JsonObject): string[] {
  return Object.keys(resource).sort();
}

describe("A subset", () => {
  it("is the resource itself where nothing is left out", () => {
    assert.equal(subset(patient, {}), patient);
    assert.equal(subset(patient, { summary: "false" }), patient);
  });

  it("of a summary keeps what R4 marks, choices and primitive extensions with it", () => {
    assert.deepEqual(
      names(subset(patient, { summary: "true" })),
      "_birthDate active address birthDate deceasedBoolean gender id identifier link managingOrganization meta name resourceType telecom".split(
        " ",
      ),
    );
  });

  it("goes down into backbone elements", () => {
    const { component } = subset(observation, { summary: "true" }) as { component: JsonObject[] };
    assert.deepEqual(
      component.map(names),
      [
        ["code", "valueQuantity"],
        ["code", "dataAbsentReason"],
      ].map((each) => each.filter((name) => name !== "dataAbsentReason")),
    );
    assert.equal("referenceRange" in subset(observation, { summary: "true" }), false);
  });

  it("leaves out the narrative, or all but the narrative and what is mandatory", () => {
    const { text: _, ...rest } = patient;
    assert.deepEqual(names(subset(patient, { summary: "data" })), names(rest));
    assert.deepEqual(names(subset(observation, { summary: "text" })), ["code", "id", "meta", "resourceType", "status"]);
    assert.ok("text" in subset(patient, { summary: "text" }));
  });

  it("of named elements keeps them, and what is mandatory or changes the meaning", () => {
    assert.deepEqual(
      names(subset(observation, { elements: ["value", "subject"] })),
      ["code", "id", "meta", "resourceType", "status", "subject"].sort(),
    );
    assert.deepEqual(
      names(subset({ ...observation, valueQuantity: { value: 1 } }, { elements: ["value"] })),
      ["code", "id", "meta", "resourceType", "status", "valueQuantity"].sort(),
    );
    const modified = { ...observation, modifierExtension: [{ url: "urn:not", valueBoolean: true }] };
    assert.ok("modifierExtension" in subset(modified, { elements: ["subject"] }));
  });

  it("keeps decimals as they were written", () => {
    const text = '{"resourceType":"Observation","id":"o","status":"final","code":{},"valueQuantity":{"value":1.00}}';
    const kept = subset(parseFhirJson(text) as JsonObject, { elements: ["value"] });
    assert.match(writeJson(kept), /"value":1\.00/);
    const { text: _, ...observation } = parseFhirJson(text) as JsonObject;
    assert.match(writeJson(subset(observation, { summary: "data" })), /"value":1\.00/);
  });

  it("is marked once, and the resource stays as it was", () => {
    const before = structuredClone(patient);
    const once = subset(patient, { elements: ["name"] });
    assert.deepEqual((once["meta"] as JsonObject)["tag"], [{ system: "urn:tags", code: "test" }, SUBSETTED]);
    assert.deepEqual(subset(once, { elements: ["name"] }), once);
    assert.deepEqual(patient, before);
  });
});
