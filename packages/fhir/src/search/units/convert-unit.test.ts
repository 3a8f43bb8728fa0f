import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { convertUnit } from "./convert-unit.ts";
import { parseUnit } from "./parse-unit.ts";

describe("UCUM units", () => {
  it("are converted by prefix, product, power, number and annotation", () => {
    const known: readonly (readonly [number, string, string, number])[] = [
      [1, "kg", "g", 1000],
      [1, "mm[Hg]", "Pa", 133.322],
      [1, "[in_i]", "cm", 2.54],
      [1, "[lb_av]", "kg", 0.45359237],
      [1, "J", "N.m", 1],
      [1, "kg.m/s2", "N", 1],
      [1, "m3", "L", 1000],
      [24, "mg/(kg.d)", "ug/kg/h", 1000],
      [1, "/min", "Hz", 0.0166666666667],
      [60, "{beats}/min", "/min", 60],
      [1, "{score}", "1", 1],
      [50, "%", "1", 0.5],
      [1, "10*3/uL", "10*9/L", 1],
      [1, "U/L", "nkat/L", 16.6666666667],
      [1, "m[iU]/mL", "[iU]/L", 1],
      [1, "mmol/L", "umol/mL", 1],
      [1, "a", "d", 365.25],
      [1, "dag", "g", 10],
      [100, "Cel", "K", 373.15],
      [-40, "[degF]", "Cel", -40],
      [1, "Mi.By", "Ki.By", 1],
    ];
    for (const [value, from, to, expected] of known) {
      // `Mi` and `Ki` alone are prefixes and no units.
      if (from.startsWith("Mi.")) assert.equal(convertUnit(from, to), undefined);
      else assert.equal(convertUnit(from, to)?.(value), expected, `${from} in ${to}`);
    }
    assert.equal(convertUnit("MiBy", "KiBy")?.(1), 1024);
  });

  it("of different kinds are not converted", () => {
    const apart = ["kg", "m", "s", "K", "mol", "1", "[iU]", "U", "mm[Hg]", "rad", "C", "cd", "Cel/s"];
    for (const from of apart) for (const to of apart) if (from !== to) assert.equal(convertUnit(from, to), undefined);
  });

  it("that are none, are none", () => {
    for (const code of [
      "",
      "mmHg",
      "Kg",
      "tablets",
      "kkg",
      "m[Hg",
      "m//s",
      "m.",
      ".m",
      "(m",
      "m)",
      "{a}{b",
      "5 mg",
      "m^2",
    ]) {
      assert.equal(parseUnit(code), undefined, code);
    }
    for (const code of [
      "(".repeat(150),
      "m.".repeat(90),
      "((((((((((((m))))))))))))",
      "k".repeat(10_000),
      "__proto__",
    ]) {
      assert.equal(parseUnit(code), undefined, code.slice(0, 20));
    }
  });

  it("come back to the value they were converted from", () => {
    const kinds = [
      ["kg", "g", "mg", "[lb_av]", "[oz_av]", "t"],
      ["m", "cm", "[in_i]", "[ft_i]", "nm"],
      ["Cel", "K", "[degF]"],
      ["mm[Hg]", "kPa", "bar", "cm[H2O]", "[psi]"],
      ["mg/dL", "g/L", "ug/mL", "kg/m3"],
    ];
    const pair = fc
      .constantFrom(...kinds)
      .chain((kind) => fc.tuple(fc.constantFrom(...kind), fc.constantFrom(...kind)));
    fc.assert(
      fc.property(pair, fc.double({ min: 0.001, max: 10_000, noNaN: true }), ([from, to], value) => {
        const there = convertUnit(from, to)?.(value) ?? Number.NaN;
        const back = convertUnit(to, from)?.(there) ?? Number.NaN;
        assert.ok(Math.abs(back - value) <= 1e-8 * Math.max(1, value), `${value} ${from} in ${to}: ${there}, ${back}`);
      }),
    );
  });
});
