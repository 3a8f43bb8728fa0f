import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
import { identifierToken, indexOf, TOKENS_MAX } from "./index-of.ts";
import { plan } from "./plan.ts";
import { flatCriteria, readableIndex } from "./testing.ts";

function namesOf(resource: JsonObject, options = {}): string[] {
  const { blindIndex, names } = readableIndex();
  return Array.from(indexOf(resource, blindIndex, options).tokens, (token) => names.get(token) as string);
}

const weight: JsonObject = {
  resourceType: "Observation",
  id: "o",
  status: "final",
  category: [{ coding: [{ system: "urn:c", code: "vital-signs" }] }],
  code: {
    coding: [
      { system: "http://loinc.org", code: "29463-7" },
      { system: "urn:local", code: "weight" },
    ],
  },
  subject: { reference: "Patient/1" },
  effectiveDateTime: "2024-03-01T08:00:00+01:00",
  valueQuantity: { value: 70, system: "http://unitsofmeasure.org", code: "kg" },
};

describe("the index of a resource", () => {
  it("has one token for each thing that it is mostly asked by", () => {
    assert.deepEqual(namesOf(weight).sort(), [
      "Observation.category=vitalsigns",
      "Observation.combo-code=294637",
      "Observation.combo-code=weight",
      "Observation.date=2024-03-01",
      "Observation.subject=Patient/1",
    ]);
  });

  it("has units of the calendar and sizes where ranges are indexed", () => {
    const ofDate = (more: JsonObject): string[] =>
      namesOf({ ...weight, ...more }, { rangeIndexes: ["Observation.date"] }).filter((name) => name.includes(".date="));
    const { effectiveDateTime: _, ...timeless } = weight;
    assert.deepEqual(
      ofDate({}),
      ["2024-03-01", "2024-03", "2024"].map((key) => `Observation.date=${key}`),
    );
    assert.deepEqual(
      ofDate({ effectiveDateTime: "2024-03" }),
      ["2024-03", "2024", "=2024-03"].map((key) => `Observation.date=${key}`),
    );
    const open = namesOf({ ...timeless, effectivePeriod: { start: "2024" } }, { rangeIndexes: ["Observation.date"] });
    assert.deepEqual(
      open.filter((name) => name.includes(".date=")),
      ["Observation.date=~"],
    );
  });

  it("leaves out what is not to be indexed, with what lies within it", () => {
    const patient: JsonObject = {
      resourceType: "Patient",
      id: "p",
      name: [{ family: "Okafor" }],
      birthDate: "1980-05-01",
    };
    assert.ok(namesOf(patient).includes("Patient.name=okafo"));
    const names = namesOf(patient, { unindexed: ["Patient.name"] }).filter((name) => !name.includes(":absent"));
    assert.deepEqual(
      names,
      ["1980-05-01", "1980-05", "1980"].map((key) => `Patient.birthdate=${key}`),
    );
  });

  it("says what is absent, where that makes a worklist", () => {
    const task: JsonObject = { resourceType: "Task", id: "t", status: "requested", intent: "order" };
    assert.ok(namesOf(task).includes("Task.owner:absent="));
    assert.ok(!namesOf({ ...task, owner: { reference: "Practitioner/1" } }).includes("Task.owner:absent="));
    const { blindIndex, names } = readableIndex();
    const { allOf, mode, isSelective } = plan(["Task"], flatCriteria("Task", "owner:missing=true"), blindIndex);
    assert.deepEqual(
      allOf.map((group) => group.map((token) => names.get(token))),
      [["Task.owner:absent="]],
    );
    assert.deepEqual([mode, isSelective], ["indexed", true]);
  });

  it("is in no order that tells the parameters", () => {
    const tokens = indexOf(
      weight,
      (domain, value) => BigInt(`0x${Buffer.from(domain + value).toString("hex")}`) % 9973n,
    ).tokens;
    assert.deepEqual(
      tokens,
      tokens.toSorted((a, b) => Number(a - b)),
    );
  });

  it("gives the keys that two writers of one identifier meet at", () => {
    const { blindIndex } = readableIndex();
    const patient: JsonObject = {
      resourceType: "Patient",
      id: "p",
      identifier: [{ system: "urn:a", value: "A-1" }, { system: "urn:b", value: "A-1" }, { value: "B" }],
    };
    const keys = ["A-1", "B"].map((value) => identifierToken("Patient", value, blindIndex));
    assert.deepEqual([...indexOf(patient, blindIndex).identifierKeys], keys);
  });

  it("refuses more tokens than the index bears", () => {
    const member = Array.from({ length: TOKENS_MAX + 1 }, (_, n) => ({ entity: { reference: `Patient/${n}` } }));
    const group: JsonObject = { resourceType: "Group", id: "g", type: "person", actual: true, member };
    const hash = (_: string, value: string): bigint => BigInt(value.replace(/\D/g, "") || "0") + 10n;
    assert.throws(() => indexOf(group, hash), { code: "too-large" });
  });
});
