import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { positionOf } from "../source/source-text.ts";
import type { CodeAnalysis, CodeValue } from "./contract.ts";
import { analyzeFiles, show } from "./testing/show-analysis.ts";
import { walkValue } from "./walk-value.ts";

const BUDGET = { stepsMax: 30_000, timeMaxMs: 20_000 };

const name = fc.constantFrom("a", "b", "c", "e", "o", "process", "require", "this", "console");
const key = fc.constantFrom("x", "y", "map", "then", "push", "env", "call", "length", "__proto__", "constructor");

const { expression } = fc.letrec<{ expression: string; statement: string; body: string }>((tie) => {
  const e = tie("expression");
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      name,
      fc.constantFrom("1", '"t"', "null", "undefined", "`v${a}`", "{}", "/r/", "new Map()", "[]"),
      fc.tuple(e, key).map(([of, k]) => `(${of}).${k}`),
      fc.tuple(e, e).map(([of, k]) => `(${of})[${k}]`),
      fc.tuple(e, e).map(([f, x]) => `(${f})(${x})`),
      fc.tuple(e, key, e).map(([of, k, x]) => `(${of})?.${k}(...[${x}])`),
      fc
        .tuple(e, e, fc.constantFrom("+", "&&", "??", "===", "in", "instanceof", ","))
        .map(([l, r, o]) => `(${l} ${o} ${r})`),
      fc.tuple(name, e).map(([n, x]) => (n === "this" ? x : `(${n} = ${x})`)),
      fc.tuple(e, key, e).map(([of, k, x]) => `((${of}).${k} = ${x})`),
      fc.tuple(e, e, e).map(([t, y, n]) => `(${t} ? ${y} : ${n})`),
      fc.tuple(key, e, e).map(([k, v, r]) => `({ ${k}: ${v}, get ${k}2() { return ${r}; }, ...${r} })`),
      fc.tuple(e, e).map(([x, y]) => `[${x}, ...${y}]`),
      tie("body").map((b) => `(function (a, ...b) { ${b} })`),
      e.map((x) => `((a = ${x}, { x, ...c } = b) => ${x.startsWith("{") ? "1" : x})`),
      fc
        .tuple(e, tie("body"))
        .map(
          ([s, b]) =>
            `(class extends (${s}) { x = a; constructor() { super(b); ${b} } static y() { return super.y(); } })`,
        ),
      e.map((x) => `new (${x})(a)`),
      e.map((x) => `(async () => await ${x})()`),
    ),
    statement: fc.oneof(
      { depthSize: "small" },
      e.map((x) => `${x.startsWith("{") || x.startsWith("(function") ? `0, ${x}` : x};`),
      e.map((x) => `return ${x};`),
      e.map((x) => `throw ${x};`),
      fc.tuple(e, tie("body"), tie("body")).map(([t, y, n]) => `if (${t}) { ${y} } else { ${n} }`),
      fc.tuple(e, tie("body")).map(([t, b]) => `while (${t}) { ${b} break; }`),
      fc.tuple(e, tie("body")).map(([t, b]) => `for (const a of ${t}) { ${b} }`),
      fc.tuple(e, tie("body")).map(([t, b]) => `for (var c in ${t}) { ${b} continue; }`),
      fc.tuple(tie("body"), tie("body")).map(([t, c]) => `try { ${t} } catch (e) { ${c} } finally { b; }`),
      fc.tuple(e, tie("body")).map(([d, b]) => `switch (${d}) { case a: ${b} default: ${b} }`),
      fc.tuple(e).map(([x]) => `{ let { x: b = ${x}, ...c } = a; var [d, ...o] = c; }`),
    ),
    body: fc.array(tie("statement"), { maxLength: 3 }).map((all) => all.join(" ")),
  } as never;
});

function assertSound(analysis: CodeAnalysis, text: string): void {
  assert.ok(analysis.steps <= BUDGET.stepsMax + 1, text);
  const values: CodeValue[] = [
    ...analysis.calls.flatMap(({ callee, args }) => [callee, ...args]),
    ...analysis.returns.map(({ value }) => value),
    ...analysis.throws.map(({ value }) => value),
  ];
  for (const value of values.slice(0, 200)) {
    let count = 0;
    for (const part of walkValue(value)) {
      assert.ok(part.kind !== "choice" || part.options.every(({ kind }) => kind !== "choice"), show(value));
      assert.ok(positionOf(part.spot).line >= 1);
      if (++count > 500) break;
    }
  }
}

describe("analyzing any program", () => {
  it("ends within its budget, with values that can be walked", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(expression, { maxLength: 8 }),
        fc.array(expression, { maxLength: 8 }),
        async (top, inside) => {
          const text = `var a = 1, b, c, o = {};\n${top.map((one) => `0, ${one};`).join("\n")}\nexports.handler = function (e, d) {\n${inside.map((one) => `0, ${one};`).join("\n")}\nreturn a;\n};`;
          const analysis = await analyzeFiles({ "handler.js": text }, { budget: BUDGET });
          assertSound(analysis, text);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("ends on a program that was cut off or damaged anywhere", async () => {
    const program = `import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
class Store { #c = new S3Client({}); static get t() { return process.env.T ?? "t"; }
  async put(k, { body = "x", ...rest }) { for (const r of [1, 2]) await this.#c.send(new PutObjectCommand({ Bucket: \`b-\${Store.t}\`, Key: k, Body: body, ...rest })); } }
const s = new Store(); export const handler = async (e) => { try { if (!e?.id) return { ok: false }; await s.put(e.id, e); } catch (error) { console.error(error); throw error; } finally { console.log("done"); } };`;
    await fc.assert(
      fc.asyncProperty(fc.nat(program.length), fc.nat(40), fc.string({ maxLength: 6 }), async (at, drop, put) => {
        const text = program.slice(0, at) + put + program.slice(at + drop);
        assertSound(await analyzeFiles({ "handler.ts": text }, { budget: BUDGET }), text);
        assertSound(await analyzeFiles({ "handler.ts": program.slice(0, at) }, { budget: BUDGET }), text);
      }),
      { numRuns: 150 },
    );
  });
});
