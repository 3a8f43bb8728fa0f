import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../json.ts";
import { finds } from "../testing.ts";

const UCUM = "http://unitsofmeasure.org";
const measured = (value: number, code?: string, more: JsonObject = {}): JsonObject => ({
  resourceType: "Observation",
  id: "o",
  valueQuantity: { value, ...(code === undefined ? {} : { system: UCUM, code, unit: code }), ...more },
});

describe("a search by quantity", () => {
  it("never takes one unit for another", () => {
    assert.ok(finds(measured(5, "mg"), `value-quantity=5|${UCUM}|mg`));
    assert.ok(!finds(measured(5, "kg"), `value-quantity=5|${UCUM}|mg`));
    assert.ok(!finds(measured(5, "kg"), "value-quantity=5||mg"));
    assert.ok(!finds(measured(5, "mL"), `value-quantity=5|${UCUM}|mg`));
  });

  it("converts UCUM units of one kind", () => {
    const found: readonly (readonly [number, string, string])[] = [
      [0.001, "kg", `1|${UCUM}|g`],
      [1000, "mg", `1|${UCUM}|g`],
      [1, "g", `1000|${UCUM}|mg`],
      [1000, "mg", "1||g"],
      [120, "mm[Hg]", `16.0|${UCUM}|kPa`],
      [37, "Cel", `98.6|${UCUM}|[degF]`],
      [90, "mg/dL", `0.90|${UCUM}|g/L`],
      [5, "10*9/L", `5|${UCUM}|10*3/uL`],
      [90, "mL/min/{1.73_m2}", `90|${UCUM}|mL/min`],
      [60, "{beats}/min", `60|${UCUM}|/min`],
      [2, "h", `120|${UCUM}|min`],
    ];
    for (const [value, code, query] of found) {
      assert.ok(finds(measured(value, code), `value-quantity=${query}`), `${value} ${code} by ${query}`);
    }
    assert.ok(finds(measured(1500, "mg"), `value-quantity=gt1|${UCUM}|g`));
    assert.ok(!finds(measured(999, "mg"), `value-quantity=ge1|${UCUM}|g`));
    assert.ok(finds(measured(1000, "mg"), `value-quantity=ge1|${UCUM}|g`));
  });

  it("compares units that are no UCUM, or logarithmic, with themselves alone", () => {
    const tablets = measured(2, undefined, { system: "urn:units", code: "TAB", unit: "tablets" });
    assert.ok(finds(tablets, "value-quantity=2|urn:units|TAB"));
    assert.ok(finds(tablets, "value-quantity=2||tablets"));
    assert.ok(finds(tablets, "value-quantity=2||TAB"));
    assert.ok(!finds(tablets, `value-quantity=2|${UCUM}|TAB`));
    assert.ok(finds(measured(7.4, "[pH]"), `value-quantity=7.4|${UCUM}|[pH]`));
    assert.ok(!finds(measured(7.4, "[pH]"), `value-quantity=7.4|${UCUM}|mol/L`));
    assert.ok(!finds(measured(5, "[iU]"), `value-quantity=5|${UCUM}|U`));
    assert.ok(!finds(measured(5, "mmol"), `value-quantity=gt0|${UCUM}|1`));
  });

  it("finds by the number alone, whatever the unit", () => {
    assert.ok(finds(measured(5.4, "mg"), "value-quantity=5.4"));
    assert.ok(finds(measured(5.4), "value-quantity=5.4"));
    assert.ok(!finds(measured(5.4), `value-quantity=5.4|${UCUM}|mg`));
    assert.ok(finds(measured(5.4, "mg"), `value-quantity=5.4|${UCUM}|`));
  });

  it("takes the digits for the precision, also after conversion", () => {
    assert.ok(finds(measured(5.43, "g"), `value-quantity=5.4|${UCUM}|g`));
    assert.ok(!finds(measured(5.45, "g"), `value-quantity=5.4|${UCUM}|g`));
    assert.ok(!finds(measured(5.43, "g"), `value-quantity=5.40|${UCUM}|g`));
    assert.ok(finds(measured(5430, "mg"), `value-quantity=5.4|${UCUM}|g`));
    assert.ok(!finds(measured(5450, "mg"), `value-quantity=5.4|${UCUM}|g`));
  });

  it("leaves open what a comparator leaves open", () => {
    const below = measured(5, "mg", { comparator: "<" });
    assert.ok(!finds(below, `value-quantity=5|${UCUM}|mg`));
    assert.ok(finds(below, `value-quantity=lt3|${UCUM}|mg`));
    assert.ok(!finds(below, `value-quantity=gt6|${UCUM}|mg`));
    assert.ok(finds(measured(5, "g", { comparator: ">" }), `value-quantity=gt6000|${UCUM}|mg`));
  });

  it("compares money by its currency", () => {
    const invoice: JsonObject = { resourceType: "Invoice", id: "i", totalNet: { value: 40, currency: "EUR" } };
    assert.ok(finds(invoice, "totalnet=40|urn:iso:std:iso:4217|EUR"));
    assert.ok(finds(invoice, "totalnet=40||EUR"));
    assert.ok(!finds(invoice, "totalnet=40||USD"));
  });

  it("refuses what is no quantity", () => {
    for (const text of ["abc", "5.4|mg", "|x|mg", "5||mg|x", "5.4mg", "ge"]) {
      assert.throws(() => finds(measured(5), `value-quantity=${text}`), { code: "invalid-request" }, text);
    }
  });
});
