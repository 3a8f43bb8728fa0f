import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../json.ts";
import { finds } from "../testing.ts";
import { parseNumber } from "./number.ts";

const risk = (probability: number): JsonObject => ({
  resourceType: "RiskAssessment",
  id: "r",
  prediction: [{ probabilityDecimal: probability }],
});

describe("a search by number", () => {
  it("takes the digits for the precision, as R4's examples do", () => {
    const limits = (text: string): unknown => {
      const { low, high } = parseNumber(text) ?? {};
      return [low, high];
    };
    assert.deepEqual(limits("100"), [99.5, 100.5]);
    assert.deepEqual(limits("100.00"), [99.995, 100.005]);
    assert.deepEqual(limits("1e2"), [95, 105]);
    assert.deepEqual(limits("5.40e-3"), [0.005395, 0.005405]);
    assert.deepEqual(limits("-3"), [-3.5, -2.5]);
  });

  it("compares exactly with lt, le, gt and ge", () => {
    assert.ok(!finds(risk(100), "probability=gt100"));
    assert.ok(finds(risk(100.2), "probability=gt100"));
    assert.ok(finds(risk(100), "probability=ge100"));
    assert.ok(!finds(risk(99.8), "probability=ge100"));
    assert.ok(finds(risk(99.8), "probability=lt100"));
    assert.ok(!finds(risk(100), "probability=lt100"));
    assert.ok(finds(risk(100), "probability=le100"));
  });

  it("finds within the precision, and not at its upper end", () => {
    assert.ok(finds(risk(99.5), "probability=100"));
    assert.ok(!finds(risk(100.5), "probability=100"));
    assert.ok(finds(risk(100.5), "probability=101"));
    assert.ok(finds(risk(100.5), "probability=ne100"));
    assert.ok(!finds(risk(100.4), "probability=ne100"));
    assert.ok(finds(risk(109), "probability=ap100"));
    assert.ok(!finds(risk(111), "probability=ap100"));
  });

  it("compares a Range by its ends", () => {
    const value: JsonObject = {
      resourceType: "RiskAssessment",
      id: "r",
      prediction: [{ probabilityRange: { low: { value: 10 }, high: { value: 20 } } }],
    };
    assert.ok(!finds(value, "probability=15"));
    assert.ok(finds(value, "probability=ap15"));
    assert.ok(finds(value, "probability=gt15"));
    assert.ok(!finds(value, "probability=sa15"));
    assert.ok(finds(value, "probability=sa5"));
  });

  it("finds a number with more digits than a double holds", () => {
    assert.ok(finds(risk(66.89999999999999), "probability=66.89999999999999"));
    assert.ok(finds(risk(0.1), "probability=0.10000000000000000001"));
    assert.ok(finds(risk(0), "probability=0.00000000000000000000"));
  });

  it("refuses what is no number", () => {
    for (const text of ["", "abc", "1,5.5.5", "0x10", "Infinity", "NaN", "1e9999", "--1", "1e", "gt", "1 2"]) {
      assert.equal(parseNumber(text), undefined, text);
    }
  });

  it("finds each number by its own digits", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat(6), (digits, places) => {
        const value = Number(`${digits}e-${places}`);
        const text = value.toFixed(places);
        assert.ok(finds(risk(value), `probability=${text}`), text);
        assert.ok(!finds(risk(value), `probability=ne${text}`), text);
        assert.ok(finds(risk(value), `probability=ge${text}&probability=le${text}`), text);
      }),
    );
  });
});
