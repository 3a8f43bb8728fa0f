/** JSON text as it enters: what is parsed is what the text says, number for number, and no member is lost unseen. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { copyJson, parseFhirJson, writeJson, type JsonObject, type JsonValue } from "./json.ts";

const seed = Number(process.env["WARD_SEED"] ?? Date.now() & 0x7fffffff);
// Without backslashes: the engine takes `\u00f3` for the name of one backslash where it met that one before.
const names = fc
  .oneof(fc.constantFrom("a", "b", "reference", "1", 'q"', "c:{"), fc.string({ unit: "grapheme" }))
  .filter((name) => !name.includes("\\"));
const texts = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\\", '"', '\\"', "a:1,", "{}[]", "1.0"));
const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(texts, fc.boolean(), fc.constant(null), fc.integer(), fc.constantFrom(0.5, 7.25, 1e-7)),
    fc.array(tie("value"), { maxLength: 4 }) as fc.Arbitrary<JsonValue>,
    fc.dictionary(
      names.filter((name) => name !== "__proto__"),
      tie("value"),
      { maxKeys: 5, noNullPrototype: true },
    ) as fc.Arbitrary<JsonValue>,
  ),
}));
/** A number as JSON may write it. */
const digits = fc.stringMatching(/^(?:0|[0-9]){0,12}$/);
const numbers = fc
  .tuple(fc.constantFrom("", "-"), digits, fc.option(digits), fc.constantFrom("", "", "e3", "E-7", "e+0"))
  .map(([sign, whole, fraction, exponent]) => {
    const start = whole.replace(/^0+/, "") || "0";
    return `${sign}${start}${fraction === null || fraction === "" ? "" : `.${fraction}`}${exponent}`;
  });

describe(`JSON text (seed ${seed})`, () => {
  it("is parsed to what the engine parses, however it is laid out", () => {
    const parses = (value: JsonValue, indent: number, isEscaped: boolean): void => {
      const written = JSON.stringify(value, undefined, indent);
      const text = isEscaped ? written.replaceAll(/[^\0-\u007f]/g, escapeOf) : written;
      assert.deepEqual(JSON.parse(JSON.stringify(parseFhirJson(text))), value);
    };
    fc.assert(fc.property(values, fc.nat(2), fc.boolean(), parses), { seed, numRuns: 500 });
  });

  it("is refused with a member twice, wherever it stands", () => {
    const refuses = (value: JsonValue, name: string, other: JsonValue): void => {
      const member = `${JSON.stringify(name)}:${JSON.stringify(other)}`;
      const inside = JSON.stringify(value);
      for (const object of [`{${member},"x":${inside},${member}}`, `{"x":{${member}, ${member}},"y":${inside}}`]) {
        assert.throws(() => parseFhirJson(`[${inside},${object}]`), { code: "invalid-request" });
      }
    };
    fc.assert(fc.property(values, names, values, refuses), { seed, numRuns: 300 });
  });

  it("is rewritten as a copy would be", () => {
    const rewrite = (text: string, name: string): string => (name === "reference" ? `${text}!` : text);
    const rewrites = (value: JsonValue): void => {
      assert.deepEqual(parseFhirJson(JSON.stringify(value), rewrite), copyJson(value, rewrite));
    };
    fc.assert(fc.property(values, rewrites), { seed, numRuns: 300 });
  });

  it("keeps every number as it was written, also through copies", () => {
    const keeps = (written: readonly string[]): void => {
      const [first = "0", ...others] = written;
      const text = `{"v":${first},"deep":[{"list":[${others.join(",")}]}]}`;
      const parsed = parseFhirJson(text) as JsonObject;
      assert.equal(writeJson(parsed), text);
      assert.equal(writeJson(copyJson(parsed)), text);
      assert.deepEqual(JSON.parse(JSON.stringify(parsed)), JSON.parse(text));
    };
    const finite = numbers.filter((each) => Number.isFinite(Number(each)) && !Object.is(Number(each), -0));
    fc.assert(fc.property(fc.array(finite, { maxLength: 5 }), keeps), { seed, numRuns: 500 });
  });
});

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
