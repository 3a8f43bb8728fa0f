import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WardError } from "@ward/core";
import { copyJson, isObject, JSON_LIMITS, parseFhirJson, readJson, writeJson, type JsonObject } from "./json.ts";

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof WardError) return thrown.code;
    throw thrown;
  }
  return "none";
};

describe("JSON from outside", () => {
  it("is parsed as JSON.parse would", () => {
    const text = '{"a":[1,{"b":"x,\\"{}[]:"},null,true],"c":{"a":-1.5e3},"":""}';
    assert.deepEqual(JSON.parse(JSON.stringify(parseFhirJson(text))), JSON.parse(text));
  });

  it("is refused with duplicate members, however many stand between them", () => {
    for (const count of [1, 14, 15, 16, 17, 18, 40]) {
      const members = Array.from({ length: count }, (_, at) => `"m${at}":"}]"`).join(",");
      const outcomes = ["m0", `m${count - 1}`, "other"].map((name) =>
        codeOf(() => parseFhirJson(`{"o":{${members},"${name}":0}}`)),
      );
      assert.deepEqual(outcomes, ["invalid-request", "invalid-request", "none"], `${count}`);
    }
  });

  it("ends a string at the quote that no backslash belongs to", () => {
    for (const start of ["", "a", '\\"', "\\\\"]) {
      for (let count = 0; count < 7; count++) {
        const text = `{"${start}":"${start}${"\\\\".repeat(count)}","b":"${"\\\\".repeat(count)}\\""}`;
        assert.deepEqual(parseFhirJson(text), JSON.parse(text), text);
        assert.equal(
          codeOf(() => parseFhirJson(text.replace('"b"', `"${start}"`))),
          "invalid-request",
          text,
        );
      }
    }
  });

  it("is refused with duplicate members, however they are written", () => {
    for (const text of [
      '{"a":1,"a":2}',
      '{"a":{"b":1,"c":[],"b":2}}',
      '[{"a":1,"\\u0061":2}]',
      '{"a":"x","b":{},"a":[]}',
    ]) {
      assert.equal(
        codeOf(() => parseFhirJson(text)),
        "invalid-request",
        text,
      );
    }
    assert.equal(
      codeOf(() => parseFhirJson('[{"a":1},{"a":1}]')),
      "none",
    );
  });

  it("is refused when it is deep, wide, long, poisoned or broken", () => {
    const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    assert.equal(
      codeOf(() => parseFhirJson(deep(JSON_LIMITS.depthMax))),
      "none",
    );
    assert.equal(
      codeOf(() => parseFhirJson(deep(JSON_LIMITS.depthMax + 1))),
      "invalid-request",
    );
    assert.equal(
      codeOf(() => parseFhirJson(deep(1_000_000))),
      "invalid-request",
    );
    assert.equal(
      codeOf(() => parseFhirJson(`[${"0,".repeat(JSON_LIMITS.nodesMax)}0]`)),
      "too-large",
    );
    assert.equal(
      codeOf(() => parseFhirJson(`"${"a".repeat(JSON_LIMITS.textMaxBytes)}"`)),
      "too-large",
    );
    for (const text of [
      '{"__proto__":{"x":1}}',
      '{"a":1e999}',
      '"\\ud800"',
      "{",
      '{"a":}',
      "",
      "NaN",
      '{"a"',
      '"abc',
    ]) {
      assert.equal(
        codeOf(() => parseFhirJson(text)),
        "invalid-request",
        text,
      );
    }
  });

  it("is refused as a value where it is no plain tree", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    for (const value of [circle, new Date(), new Map(), () => 1, Number.NaN, 1n, { a: Symbol("x") }]) {
      assert.equal(
        codeOf(() => copyJson(value)),
        "invalid-request",
      );
    }
  });
});

describe("decimals", () => {
  const texts = ["1.00", "0.10", "-0", "1e2", "1E-7", "0.0000001", "12345678901234567890.123", "100.0", "-1.50e+3"];

  it("come out as they went in, through parsing, copying, spreading and storing", () => {
    for (const text of [...texts, "1", "-17", "2.5", "0.000001", "123456789012345"]) {
      const resource = `{"a":{"value":${text},"unit":"x"},"list":[{"deep":[{"value":${text}}]},2],"top":${text}}`;
      const parsed = parseFhirJson(resource) as JsonObject;
      assert.equal(writeJson(parsed), resource);
      assert.equal(writeJson({ ...(copyJson(parsed) as JsonObject) }), resource);
      assert.equal(writeJson(readJson(writeJson(parsed))), resource);
      assert.equal(writeJson({ resourceType: "Bundle", entry: [{ resource: parsed }] }).includes(resource), true);
    }
  });

  it("are numbers for everybody else, and a changed number loses its text", () => {
    const parsed = parseFhirJson('{"value":1.00}') as JsonObject;
    assert.equal(parsed["value"], 1);
    assert.deepEqual(Object.keys(parsed), ["value"]);
    parsed["value"] = 2;
    assert.equal(writeJson(parsed), '{"value":2}');
    assert.ok(isObject(parsed));
  });

  it("are found in stored text wherever they stand, and in no string", () => {
    for (const text of texts)
      assert.equal(writeJson(readJson(`{"a" : [ ${text} ],"v": ${text} }`)), `{"a":[${text}],"v":${text}}`);
    const strings = '{"a":"1.00","b":"x,1.00]","c":[":1.0"]}';
    assert.equal(writeJson(readJson(strings)), strings);
  });
});
