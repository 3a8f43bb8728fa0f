import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { analyzeFiles, show } from "./testing/show-analysis.ts";
import type { CodeValue } from "./contract.ts";
import { memberOf, optionsOf, showCodeValue, walkValue } from "./walk-value.ts";

async function argumentOf(expression: string): Promise<CodeValue> {
  const text = `const own = { a: 1 }; own.self = own; class K { k = 1 } function f() {} export const handler = (event) => sink(${expression});`;
  const value = (await analyzeFiles({ "handler.ts": text })).calls.at(-1)?.args[0];
  assert.ok(value);
  return value;
}

describe("walking values", () => {
  it("meets each part once, also where a value contains itself", async () => {
    const value = await argumentOf("[own, own, `${event.id}-${process.env.T ?? event.t}`]");
    const kinds = [...walkValue(value)].map(({ kind }) => kind).toSorted();
    assert.deepEqual(kinds, ["environment", "input", "input", "list", "literal", "object", "object", "text"]);
  });

  it("does not enter what it is told to keep out of", async () => {
    const value = await argumentOf("{ a: [event.a], b: event.b }");
    const seen = [...walkValue(value, ({ kind }) => kind !== "list")].map((part) => show(part));
    assert.deepEqual(seen, ["{a: [event.a], b: event.b}", "[event.a]", "event.b"]);
  });

  it("reads members as code would", async () => {
    const read = async (expression: string, key: string): Promise<string | undefined> => {
      const member = memberOf(await argumentOf(expression), key);
      return member && show(member);
    };
    assert.equal(await read("{ ...event, a: 1 }", "a"), "1");
    assert.equal(await read("{ ...event, a: 1 }", "b"), "event.b");
    assert.equal(await read("event.x", "y"), "event.x.y");
    assert.equal(await read("['a', 'b']", "1"), '"b"');
    assert.equal(await read("event.x ? { a: 1 } : { a: 2 }", "a"), "1 | 2");
    assert.equal(await read("{ a: 1 }", "b"), undefined);
    assert.equal(await read("'text'", "b"), undefined);
  });

  it("flattens choices", async () => {
    assert.equal(optionsOf(await argumentOf("event.a ? 1 : event.b ? 2 : 3")).length, 3);
    assert.equal(optionsOf(await argumentOf("1")).length, 1);
  });

  it("says every kind of value in a few words", async () => {
    const said: Readonly<Record<string, string>> = {
      '"a\\u001bb"': '"a\\u001bb"',
      "`t-${event.id}`": "`t-${event.id}`",
      "process.env.T": "process.env.T",
      fetch: "fetch",
      "new Blob2()": "new Blob2(…)",
      "fetch(1).body": "fetch(…).body",
      "{ a: 1, b: 2 }": "{ a, b }",
      "[1, 2]": "[1, 2]",
      f: "the function f",
      K: "the class K",
      "event.a ? 1 : 2": "1 or 2",
      "JSON.parse(event.body).x": "JSON.parse of event.body.x",
    };
    for (const [expression, words] of Object.entries(said)) {
      assert.equal(showCodeValue(await argumentOf(expression)), words, expression);
    }
  });
});
