/** Whatever operations code puts between a source and a log, in any order and form: it leaks unless one of them takes PHI away. */
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { runCase } from "./testing/run-case.ts";

const TEMPLATE = `
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs22.x, Handler: fn.handler, Code: ., Role: "arn:aws:iam::1:role/r", Tags: [{ Key: contains-phi, Value: "true" }] }`;

interface Operation {
  /** Of an expression, `it`. */
  readonly code: string;
  readonly takesAway: boolean;
}

const keeps = [
  "JSON.stringify(it)",
  "String(it)",
  "[it][0]",
  "({ note: it }).note",
  "({ ...{ note: it } }).note",
  'Buffer.from(it).toString("base64")',
  "it.trim().toUpperCase()",
  'it.split(",").map((part) => part).join(";")',
  "(() => it)()",
  "await Promise.resolve(it)",
  "`note: ${it}`",
  '("note: " + it)',
  "(flag ? it : it)",
  "(it ?? 'none')",
  "new Map([['note', it]]).get('note')",
  "Object.values({ note: it }).at(0)",
  "hand(it)",
  "new Holder(it).value()",
  "encodeURIComponent(it)",
].map((code): Operation => ({ code, takesAway: false }));

const takes = [
  'createHmac("sha256", process.env.PEPPER).update(it).digest("hex")',
  "String(it).length",
  "typeof it",
  '(it === "a")',
  "redact(it)",
  "(it ? 'given' : 'missing')",
  "randomUUID({ it })",
].map((code): Operation => ({ code, takesAway: true }));

const HEAD = `
import { createHmac, randomUUID } from "node:crypto";
import fastRedact from "fast-redact";
const redact = fastRedact({ paths: ["note"] });
const flag = process.env.FLAG === "1";
const hand = (given) => given;
class Holder { #given; constructor(given) { this.#given = given; } value() { return this.#given; } }`;

it("a log line holds PHI exactly where nothing on the way took it away", async () => {
  const operations = fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...keeps) }, { weight: 1, arbitrary: fc.constantFrom(...takes) }),
    { minLength: 1, maxLength: 7 },
  );
  await fc.assert(
    fc.asyncProperty(operations, fc.boolean(), async (chosen, isStepwise) => {
      const last = chosen.reduce((code, operation) => operation.code.replaceAll(/\bit\b/g, () => code), "event.note");
      const steps = chosen.map(({ code }, place) => {
        const before = place === 0 ? "event.note" : `step${place - 1}`;
        return `const step${place} = ${code.replaceAll(/\bit\b/g, before)};`;
      });
      const body = isStepwise ? `${steps.join("\n")}\nconsole.log(step${chosen.length - 1});` : `console.log(${last});`;
      const code = `${HEAD}\nexport const handler = async (event) => {\n${body}\n};`;
      const { findings } = await runCase(
        new Map([
          ["template.yaml", TEMPLATE],
          ["fn.mjs", code],
        ]),
      );
      const leaks = findings.some(({ kind, rule }) => kind === "fail" && rule.id === "phi-stays-out-of-logs");
      assert.equal(leaks, !chosen.some(({ takesAway }) => takesAway), code);
    }),
    { numRuns: 80 },
  );
});
