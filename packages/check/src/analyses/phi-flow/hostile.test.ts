/** Code that is meant to overwhelm: bounded, without a crash, and what was given up is said. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runCase } from "./testing/run-case.ts";

const TEMPLATE = `
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties: { Runtime: nodejs22.x, Handler: fn.handler, Code: ., Role: "arn:aws:iam::1:role/r", Tags: [{ Key: contains-phi, Value: "true" }] }`;

const many = (count: number, of: (index: number) => string, by = "\n"): string =>
  Array.from({ length: count }, (_, index) => of(index)).join(by);

async function foundIn(body: string, head = ""): Promise<readonly string[]> {
  const code = `${head}\nexport const handler = async (event) => {\n${body}\n};`;
  const { findings } = await runCase(
    new Map([
      ["template.yaml", TEMPLATE],
      ["fn.mjs", code],
    ]),
  );
  return findings.filter(({ kind }) => kind !== "pass").map(({ kind, rule }) => `${kind} ${rule.id}`);
}

const LOGGED = "fail phi-stays-out-of-logs";
const GIVEN_UP = "unknown phi-is-followed-to-its-end";

describe("hostile code", () => {
  it("that makes a value of itself is walked once", async () => {
    const body = "const a = { b: event.body }; a.self = a; const l = [a]; l.push(l); a.l = l; console.log(l, a);";
    assert.deepEqual(await foundIn(body), [LOGGED]);
  });

  it("that nests objects three thousand deep is said to be given up", async () => {
    const body = `let x = event.body;\n${many(3_000, (at) => `x = { x${at}: x };`)}\nconsole.log(x);`;
    assert.deepEqual(await foundIn(body), [GIVEN_UP]);
  });

  it("that hands a value through two thousand calls of a package is said to be given up", async () => {
    const body = `let x = event.body;\n${many(2_000, () => "x = f(x);")}\nconsole.log(x);`;
    assert.deepEqual(await foundIn(body, 'import f from "somebodys-package";'), [GIVEN_UP]);
  });

  it("that adds up three thousand fields is found out by those that were reached", async () => {
    const body = `console.log(${many(3_000, (at) => `event.f${at}`, " + ")});`;
    assert.ok((await foundIn(body)).includes(LOGGED));
  });

  it("that is no code at all is said to be unreadable", async () => {
    const files = new Map([
      ["template.yaml", TEMPLATE],
      ["fn.mjs", `/** @phi ${"*".repeat(100_000)} ${"type ".repeat(50_000)}`],
    ]);
    const { findings } = await runCase(files);
    assert.deepEqual(
      findings.map(({ kind, rule }) => `${kind} ${rule.id}`),
      [GIVEN_UP],
    );
  });
});
