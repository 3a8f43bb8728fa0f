import assert from "node:assert/strict";
import { test } from "node:test";
import { Reject } from "@ward/sdk";
import { Hl7ParseError } from "@ward/sdk/hl7";
import { messageWith } from "../testing/samples.ts";
import { toObservation } from "./observation.ts";

function observe(obx: string) {
  const message = messageWith([obx]);
  const [segment, request] = [message.segment("OBX"), message.segment("OBR")];
  assert.ok(segment !== undefined && request !== undefined);
  const identifier = { system: "urn:x", value: "1" };
  return toObservation(
    { obx: segment, notes: [] },
    { identifier, subject: { reference: "Patient/1" }, sender: "LAB", request },
  );
}
const valueOf = (type: string, value: string, unit = "") => {
  const entries = Object.entries(observe(`${type}|X^Test^L||${value}|${unit}|||||F`));
  return Object.fromEntries(entries.filter(([key]) => key.startsWith("value") || key === "dataAbsentReason"));
};
const ucum = { unit: "mg/dL", system: "http://unitsofmeasure.org", code: "mg/dL" };

test("each value type becomes the FHIR value that says the same", () => {
  const cases: [type: string, value: string, unit: string, expected: object][] = [
    ["NM", "104", "mg/dL^x^UCUM", { valueQuantity: { value: 104, ...ucum } }],
    ["NM", "-0.5", "odd^x^L", { valueQuantity: { value: -0.5, unit: "odd" } }],
    ["NM", "312", "mg/dL", { valueQuantity: { value: 312, ...ucum } }],
    ["SN", ">^1000", "", { valueQuantity: { value: 1000, comparator: ">" } }],
    ["SN", "=^5", "", { valueQuantity: { value: 5 } }],
    ["SN", "^1^:^128", "", { valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }],
    ["SN", "^5^-^10", "", { valueRange: { low: { value: 5 }, high: { value: 10 } } }],
    ["SN", "^2^+", "", { valueString: "2+" }],
    ["SN", "<>^5", "", { valueString: "<>5" }],
    ["SN", "^10^-^5", "", { valueString: "10-5" }],
    [
      "CE",
      "260385009^Negative^SCT",
      "",
      {
        valueCodeableConcept: {
          coding: [{ system: "http://snomed.info/sct", code: "260385009", display: "Negative" }],
          text: "Negative",
        },
      },
    ],
    ["CWE", "^^^^^^^^Anti-K1 suspected", "", { valueCodeableConcept: { text: "Anti-K1 suspected" } }],
    ["ST", "Straw", "", { valueString: "Straw" }],
    ["ST", "a^b&c", "", { valueString: "a^b&c" }],
    ["TX", "one~two", "", { valueString: "one\ntwo" }],
    ["FT", "one\\.br\\two", "", { valueString: "one\ntwo" }],
    ["DT", "20260302", "", { valueDateTime: "2026-03-02" }],
    ["TS", "202603021410-0500", "", { valueDateTime: "2026-03-02T14:10:00-05:00" }],
    ["TM", "1410", "", { valueTime: "14:10:00" }],
    ["IS", "POS", "", { valueCodeableConcept: { text: "POS" } }],
  ];
  for (const [type, value, unit, expected] of cases)
    assert.deepEqual(valueOf(type, value, unit), expected, `${type} ${value}`);
});

test("no value is said to be absent, with a reason", () => {
  const system = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
  for (const value of ["", '""']) {
    assert.deepEqual(valueOf("NM", value), { dataAbsentReason: { coding: [{ system, code: "unknown" }] } });
  }
  assert.equal(observe("NM|X^Test^L||1||||||X").valueQuantity, undefined);
});

const REASONS: Readonly<Record<string, string>> = {
  d: "data-type-error",
  r: "required-field-missing",
  t: "table-value-not-found",
};

test("what cannot be read is refused with the reason of table 0357, never guessed", () => {
  const reasonOf = (obx: string) => {
    try {
      observe(obx);
    } catch (error) {
      assert.ok(error instanceof Reject || error instanceof Hl7ParseError);
      return error.reason;
    }
    return "accepted";
  };
  assert.deepEqual(
    [
      reasonOf("NM|X^Test^L||haemolysed||||||F"),
      reasonOf("NM|X^Test^L||1~2||||||F"),
      reasonOf("SN|X^Test^L||?^5||||||F"),
      reasonOf("TS|X^Test^L||20261399||||||F"),
      reasonOf("TM|X^Test^L||2570||||||F"),
      reasonOf("NM|||1||||||F"),
      reasonOf("|X^Test^L||1||||||F"),
      reasonOf("RP|X^Test^L||a^b||||||F"),
      reasonOf("NM|X^Test^L||1||||||Q"),
      reasonOf("NM|X^Test^L||1||||||constructor"),
    ],
    ["d", "d", "d", "d", "d", "r", "r", "t", "t", "t"].map((letter) => REASONS[letter]),
  );
});

test("flags, ranges and states are kept", () => {
  const observation = observe("NM|2823-3^Potassium^LN||5.9|mmol/L^x^UCUM|3.5-5.1|H~ZZ|||C|||20260302");
  const unit = { unit: "mmol/L", system: "http://unitsofmeasure.org", code: "mmol/L" };
  assert.equal(observation.status, "corrected");
  assert.equal(observation.effectiveDateTime, "2026-03-02");
  assert.deepEqual(observation.referenceRange, [
    { low: { value: 3.5, ...unit }, high: { value: 5.1, ...unit }, text: "3.5-5.1" },
  ]);
  assert.deepEqual(
    observation.interpretation?.map(({ coding, text }) => coding?.[0]?.code ?? text),
    ["H", "ZZ"],
  );
  const rangeOf = (range: string) => observe(`NM|X^Test^L||1||${range}||||F`).referenceRange?.[0];
  assert.deepEqual(rangeOf("<200"), { high: { value: 200 }, text: "<200" });
  assert.deepEqual(rangeOf(">=10"), { low: { value: 10 }, text: ">=10" });
  assert.deepEqual(rangeOf("Negative"), { text: "Negative" });
});
