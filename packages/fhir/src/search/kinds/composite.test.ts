import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../json.ts";
import { finds } from "../testing.ts";

const UCUM = "http://unitsofmeasure.org";
const component = (code: string, value: number): JsonObject => ({
  code: { coding: [{ system: "http://loinc.org", code }] },
  valueQuantity: { value, system: UCUM, code: "mm[Hg]", unit: "mmHg" },
});
const pressure: JsonObject = {
  resourceType: "Observation",
  id: "o",
  code: { coding: [{ system: "http://loinc.org", code: "85354-9" }] },
  component: [component("8480-6", 107), component("8462-4", 60)],
};

describe("a search by composite", () => {
  it("asks both of the same component", () => {
    assert.ok(finds(pressure, `component-code-value-quantity=http://loinc.org|8480-6$gt100|${UCUM}|mm[Hg]`));
    assert.ok(finds(pressure, "component-code-value-quantity=8462-4$60"));
    assert.ok(!finds(pressure, "component-code-value-quantity=8462-4$107"), "107 is the other component's");
    assert.ok(!finds(pressure, "component-code-value-quantity=8480-6$lt100"));
    assert.ok(finds(pressure, "component-code-value-quantity=8480-6$lt100,8462-4$lt100"));
    assert.ok(finds(pressure, `combo-code-value-quantity=8480-6$gt14.0|${UCUM}|kPa`));
  });

  it("asks both of the same variant, the same context, the same relation", () => {
    const sequence: JsonObject = {
      resourceType: "MolecularSequence",
      id: "m",
      coordinateSystem: 0,
      referenceSeq: { chromosome: { coding: [{ code: "1" }] }, windowStart: 10, windowEnd: 20 },
      variant: [
        { start: 1, end: 2 },
        { start: 5, end: 9 },
      ],
    };
    assert.ok(finds(sequence, "chromosome-variant-coordinate=1$5$9"));
    assert.ok(!finds(sequence, "chromosome-variant-coordinate=1$1$9"));
    const document: JsonObject = {
      resourceType: "DocumentReference",
      id: "d",
      relatesTo: [
        { code: "replaces", target: { reference: "DocumentReference/a" } },
        { code: "appends", target: { reference: "DocumentReference/b" } },
      ],
    };
    assert.ok(finds(document, "relationship=replaces$DocumentReference/a"));
    assert.ok(!finds(document, "relationship=appends$DocumentReference/a"));
  });

  it("refuses the wrong number of parts, and modifiers", () => {
    for (const query of ["=8480-6", "=8480-6$1$2", "=$5", "=8480-6$abc", ":exact=8480-6$5"]) {
      const run = (): boolean => finds(pressure, `component-code-value-quantity${query}`);
      assert.throws(run, { code: "invalid-request" }, query);
    }
  });
});
