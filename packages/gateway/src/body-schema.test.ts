import assert from "node:assert/strict";
import { test } from "node:test";
import { WardError } from "@ward/core";
import { checkBody } from "./body-schema.ts";

function issues(schema: Record<string, unknown>, body: unknown): unknown {
  try {
    checkBody(schema, body);
    return "valid";
  } catch (error) {
    assert(error instanceof WardError);
    return error.code === "invalid-request" ? error.detail["issues"] : error.code;
  }
}

const visit = {
  type: "object",
  required: ["patient"],
  additionalProperties: { type: "string" },
  properties: {
    patient: { type: "object", properties: { "birth/date": { type: "string", format: "date" } } },
    days: { type: "array", items: { enum: ["mon", "tue"] } },
  },
};

test("names the place and the rule that a body breaks", () => {
  assert.equal(issues(visit, { patient: {} }), "valid");
  assert.deepEqual(issues(visit, {}), ["/: required patient"]);
  assert.deepEqual(issues(visit, { patient: { "birth/date": "1947" } }), ["/patient/birth~1date: format"]);
  assert.deepEqual(issues(visit, { patient: {}, days: ["mon", "sun"] }), ["/days/1: enum"]);
});

test("echoes no name of a property that the schema does not know", () => {
  assert.deepEqual(issues(visit, { patient: {}, Ravensworth: 3 }), ["/*: type"]);
  const closed = { type: "object", additionalProperties: false, properties: {} };
  assert.deepEqual(issues(closed, { Ravensworth: 3 }), ["/: additionalProperties"]);
  const named = { type: "object", propertyNames: { maxLength: 3 } };
  assert.doesNotMatch(JSON.stringify(issues(named, { Ravensworth: 3 })), /Ravensworth/);
});

test("takes a schema that is none, or that points elsewhere, for a mistake in the function", () => {
  assert.equal(issues({ type: "objekt" }, {}), "bad-manifest");
  assert.equal(issues({ tpye: "object" }, {}), "bad-manifest");
  assert.equal(issues({ $ref: "https://example.org/schema.json" }, {}), "bad-manifest");
  assert.equal(issues({ type: "string", format: "made-up" }, ""), "bad-manifest");
});

test("lets two releases of one function carry the same $id", () => {
  const schema = (): Record<string, unknown> => ({ $id: "https://example.org/visit", type: "object" });
  assert.equal(issues(schema(), {}), "valid");
  assert.equal(issues(schema(), {}), "valid");
});
