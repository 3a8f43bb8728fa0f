import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WardError } from "@ward/core";
import { copyJson, JSON_LIMITS, parseFhirJson } from "./json.ts";

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
    assert.deepEqual(parseFhirJson(text), JSON.parse(text));
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
