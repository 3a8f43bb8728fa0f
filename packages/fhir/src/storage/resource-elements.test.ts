import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { searchValuesOf } from "../extraction/extract.ts";
import { writeJson, type JsonObject, type JsonValue } from "../json.ts";
import { parametersOf } from "../search/parameters.ts";
import { SAMPLES } from "../testing/samples.ts";
import { elementsOf } from "./resource-elements.ts";

const namesOf = (resource: JsonObject): string[] => Object.keys(resource).filter((name) => name !== "resourceType");

function opened(resource: JsonObject): JsonObject {
  return elementsOf(resource["resourceType"] as string, Buffer.from(writeJson(resource)), namesOf(resource));
}

describe("The elements of a resource", () => {
  it("are those of the whole text, in whatever order they are asked for", () => {
    const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\\", '"', '\\"}', "],", "\n", "{[", "é,"));
    const name = fc.stringMatching(/^_?[a-z][A-Za-z]{0,9}$/);
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.array(tie("value")),
        fc.dictionary(name, tie("value")) as fc.Arbitrary<JsonObject>,
      ),
    }));
    const resources = fc
      .dictionary(name, value)
      .map((elements): JsonObject => ({ resourceType: "Basic", ...elements }));
    fc.assert(
      fc.property(resources, fc.infiniteStream(fc.nat()), (resource, order) => {
        const whole = JSON.parse(writeJson(resource)) as JsonObject;
        const elements = opened(resource);
        const names = namesOf(resource).sort((_a, _b) => (order.next().value % 3) - 1);
        for (const name of [...names, ...names, "resourceType", "absent"])
          assert.deepEqual(elements[name], whole[name]);
      }),
    );
  });

  it("give every search value that the resource gives", () => {
    for (const sample of SAMPLES) {
      const type = sample["resourceType"] as string;
      for (const { name } of parametersOf(type)) {
        assert.deepEqual(searchValuesOf(opened(sample), name), searchValuesOf(sample, name), `${type}.${name}`);
      }
    }
  });

  it("are those of the whole text where a head names others", () => {
    const json = Buffer.from('{"resourceType":"Basic","id":"b","code":{"text":"x"}}');
    const elements = elementsOf("Basic", json, ["identifier", "id", "code"]);
    assert.deepEqual([elements["code"], elements["identifier"], elements["id"]], [{ text: "x" }, undefined, "b"]);
  });
});
