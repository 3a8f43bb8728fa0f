import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { searchValuesOf } from "../extraction/extract.ts";
import type { JsonObject } from "../json.ts";
import { parameterOf } from "../search/parameters.ts";
import type { SortKey } from "../search/contract.ts";
import type { OpenRecord } from "../storage/contract.ts";
import { comparePlaces, sortValues } from "./sort-order.ts";

function recordOf(resource: JsonObject, sequence: bigint): OpenRecord {
  const [type, id] = [resource["resourceType"] as string, `r${sequence}`];
  const lastUpdated = new Date(Number(sequence));
  const valuesOf = (parameter: string) => searchValuesOf(resource, parameter);
  const common = {
    valuesOf,
    json: Buffer.alloc(0),
    version: 1,
    subjectId: undefined,
    deleted: false,
    labels: [],
    recordId: id,
  };
  return { type, id, sequence, lastUpdated, resource, touched: { type, id }, ...common };
}

function order(keys: readonly string[], resources: readonly JsonObject[]): string[] {
  const type = resources[0]?.["resourceType"] as string;
  const sort = keys.map((key): SortKey => {
    const parameter = parameterOf(type, key.replace(/^-/, ""));
    assert.ok(parameter, key);
    return { parameter, isDescending: key.startsWith("-") };
  });
  return resources
    .map((resource, at) => recordOf(resource, BigInt(at + 1)))
    .map((record) => ({ ...record, keys: sortValues(record, sort) }))
    .sort((a, b) => comparePlaces(a, b, sort))
    .map(({ resource }) => (resource["text"] as JsonObject)["div"] as string);
}

const named = (div: string, resource: JsonObject): JsonObject => ({ text: { div }, ...resource });

describe("The order of matches", () => {
  const patients = [
    named("b", { resourceType: "Patient", name: [{ family: "Ångström" }, { family: "Zuse" }], birthDate: "1980" }),
    named("a", { resourceType: "Patient", name: [{ family: "adams" }], birthDate: "1980-05" }),
    named("none", { resourceType: "Patient" }),
    named("m", { resourceType: "Patient", name: [{ family: "MÜLLER" }], birthDate: "1979-12-31" }),
  ];

  it("takes the first of several values ascending and the last descending, without case and accents", () => {
    assert.deepEqual(order(["family"], patients), ["a", "b", "m", "none"]);
    assert.deepEqual(order(["-family"], patients), ["b", "m", "a", "none"]);
  });

  it("puts what has no value last either way, and breaks ties by the next key and then the newest", () => {
    assert.deepEqual(order(["birthdate"], patients), ["m", "b", "a", "none"]);
    assert.deepEqual(order(["-birthdate"], patients), ["b", "a", "m", "none"]);
    const twins = ["x", "y"].map((div) => named(div, { resourceType: "Patient", gender: "female" }));
    assert.deepEqual(order(["gender"], twins), ["y", "x"]);
    assert.deepEqual(order(["gender", "_id"], twins), ["x", "y"]);
  });

  it("compares quantities by what they amount to", () => {
    const of = (value: number, code: string): JsonObject =>
      named(`${value} ${code}`, {
        resourceType: "Observation",
        valueQuantity: { value, code, system: "http://unitsofmeasure.org" },
      });
    const doses = [of(2, "g"), of(500, "mg"), of(0.001, "kg")];
    assert.deepEqual(order(["value-quantity"], doses), ["500 mg", "0.001 kg", "2 g"]);
  });
});
