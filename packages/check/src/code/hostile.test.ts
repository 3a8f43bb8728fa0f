import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CodeAnalysis } from "./contract.ts";
import { analyzeFiles } from "./testing/show-analysis.ts";

/** Small enough that a test which never ends is seen to, large enough that it is not the budget that saves it. */
const BUDGET = { stepsMax: 60_000, timeMaxMs: 20_000 };

async function analyze(text: string, file = "handler.js"): Promise<CodeAnalysis> {
  return await analyzeFiles({ [file]: text }, { entry: { file, export: "handler" }, budget: BUDGET });
}

function reasons({ gaps }: CodeAnalysis): readonly string[] {
  return gaps.map(({ reason }) => reason);
}

/** Programs that never end, or not soon, where they are run. */
const ENDLESS: Readonly<Record<string, string>> = {
  "a function that calls itself": `function f(n) { return f(n + 1); } exports.handler = (e) => f(e.x);`,
  "two that call each other": `const a = (n) => b(n + 1), b = (n) => a(n + 1); exports.handler = () => a(0);`,
  "twice itself, each time": `function f(n) { f(n.a); f(n.b); } exports.handler = (e) => f(e);`,
  "twice itself, with numbers": `function f(n) { return f(n - 1) + f(n - 2); } exports.handler = () => f(90);`,
  "a getter that reads itself": `const o = { get x() { return this.x; } }; exports.handler = () => o.x;`,
  "a getter that makes its like": `class A { get next() { return new A().next; } } exports.handler = () => new A().next;`,
  "a field that makes its like": `class A { b = new A(); } exports.handler = () => new A();`,
  "a constructor that makes its like": `class A { constructor() { this.a = new A(); this.b = new A(); } } exports.handler = () => new A();`,
  "a class that extends itself": `class A extends A {} let B = class extends (B ?? A) {}; exports.handler = () => new A().x.y();`,
  "prototypes in a circle": `const a = {}, b = {}; Object.setPrototypeOf(a, b); Object.setPrototypeOf(b, a); exports.handler = () => a.x.y.z();`,
  "an object that contains itself": `const o = { a: 1 }; o.self = o; o.list = [o]; exports.handler = () => console.log(o, { ...o }, JSON.stringify(o));`,
  "a text that doubles": `exports.handler = () => { let s = "ab"; for (let i = 0; i < 1e9; i++) s += s; s = s + s; s = s + s; console.log(s); };`,
  "loops in loops": `exports.handler = (e) => { ${"for (const a of e.a) ".repeat(12)} console.log(a); };`,
  "a list that grows": `exports.handler = (e) => { const l = []; while (e.x) l.push(l, ...l); for (const a of l) for (const b of l) l.push(a, b); };`,
  "functions that make functions": `const k = (f) => (x) => f(f)(x); exports.handler = () => k(k)(k)(1);`,
  "a toString that calls itself": `const o = { toString() { return \`\${o}\` + o.toString(); } }; exports.handler = () => o.toString();`,
  "a proxy of itself": `let p = new Proxy({}, { get() { return p; } }); exports.handler = () => p.a.b.c.d();`,
  "branches that multiply": `exports.handler = (e) => { let x = 0; ${"if (e.a) x = x + 1; else x = [x, x];".repeat(60)} console.log(x); };`,
  "a promise that waits for itself": `const p = new Promise((r) => r(p)); exports.handler = () => p.then(() => p.then(() => p));`,
  "a generator that yields itself": `function* g() { yield* g(); } exports.handler = () => { for (const x of g()) console.log(x); };`,
};

/** Names that mean something to the engine that reads the program. */
const TRICKS: Readonly<Record<string, string>> = {
  "__proto__ as a key": `const o = { __proto__: { x: 1 }, ["__proto__"]: 2, constructor: 3, hasOwnProperty: 4 }; o.__proto__.polluted = 1; exports.handler = (e) => { o[e.k] = 1; console.log(o.toString(), o.constructor.constructor("return 1")()); };`,
  "names of the engine as names": `const constructor = 1, __proto__ = 2, valueOf = 3; exports.handler = (toString, hasOwnProperty) => { console.log(constructor, __proto__, toString.hasOwnProperty, hasOwnProperty.toString); };`,
  "exports under such names": `exports.__proto__ = 1; exports.constructor = () => console.log(1); exports.handler = exports.constructor;`,
  "keys with zero characters": `const o = { "\\0rest": 1, "\\0sources": 2, "\\0base": 3, "\\0items": 4 }; exports.handler = (e) => { o["\\0items"] = e; o["\\0base"].x(); const m = new Map([["\\0rest", 1]]); console.log({ ...o }, o[e.x], m.get("\\0rest"), Object.keys(o)); };`,
  "environment variables under such names": `exports.handler = () => console.log(process.env.__proto__, process.env.constructor, process.env[""]);`,
  "imports under such names": `import x, { __proto__ as y, constructor } from "__proto__"; export const handler = () => console.log(x, y, constructor);`,
};

describe("hostile programs", () => {
  for (const [title, text] of Object.entries(ENDLESS)) {
    it(`ends on ${title}`, async () => {
      const analysis = await analyze(text);
      assert.ok(analysis.steps <= BUDGET.stepsMax + 1, `${analysis.steps} steps`);
      assert.ok(analysis.handler, "the handler was found");
    });
  }

  for (const [title, text] of Object.entries(TRICKS)) {
    it(`is not confused by ${title}`, async () => {
      const analysis = await analyze(text, text.startsWith("import") ? "handler.mjs" : "handler.js");
      assert.ok(analysis.handler);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    });
  }

  it("says that it gave up, and keeps what it has", async () => {
    const text = `exports.handler = (e) => { console.log("first"); ${"e.x();".repeat(BUDGET.stepsMax)} };`;
    const analysis = await analyze(text);
    assert.equal(analysis.calls[0]?.name, "log");
    assert.ok(
      reasons(analysis).some((reason) => reason.startsWith("gave up after")),
      reasons(analysis).join(),
    );
  });

  const deep: Readonly<Record<string, string>> = {
    brackets: "(".repeat(10_000) + "1" + ")".repeat(10_000),
    lists: "[".repeat(10_000) + "]".repeat(10_000),
    "lists without an end": "[".repeat(10_000),
    "arrow functions": "()=>".repeat(10_000) + "1",
    assignments: "a=".repeat(10_000) + "1",
    conditions: "a?b:".repeat(10_000) + "c",
    templates: "`${".repeat(10_000) + "1" + "}`".repeat(10_000),
    blocks: "0;" + "{".repeat(10_000) + "}".repeat(10_000),
    "else if": "0;" + "if(a);else ".repeat(10_000) + ";",
    "if without brackets": "0;" + "if(a)".repeat(10_000) + ";",
    "strings that hide brackets": `/"/;${"[".repeat(10_000)}+"`,
  };
  for (const [title, expression] of Object.entries(deep)) {
    it(`refuses ${title} that are nested ten thousand deep`, async () => {
      const analysis = await analyze(`exports.handler = () => 1; x = ${expression};`);
      assert.deepEqual(reasons(analysis), ["handler.js is nested too deeply to be read"]);
    });
  }

  it("reads long chains that are not nested", async () => {
    const chains = [
      `a${"+a".repeat(4_000)}`,
      `a${".b()".repeat(2_000)}`,
      `a${"&&a".repeat(2_000)}`,
      `[${"1,".repeat(50_000)}]`,
      `"${"(".repeat(700)}"`,
    ];
    for (const chain of chains) {
      const analysis = await analyze(`exports.handler = (a) => ${chain};`);
      assert.ok(analysis.handler, `${chain.slice(0, 10)}: ${reasons(analysis).join()}`);
    }
  });

  it("reads a line of five megabytes", async () => {
    const line = `function f0(e){return console.log(e.x),e}${Array.from({ length: 60_000 }, (_, n) => `var v${n}={a:${n},b:function(c){return c+${n}}};`).join("")}`;
    assert.ok(line.length > 2_500_000);
    const text = `${line}${`var w=${JSON.stringify("x".repeat(2_500_000))};`}exports.handler=f0;`;
    const analysis = await analyze(text);
    assert.deepEqual(
      analysis.calls.map(({ name }) => name),
      ["log"],
    );
  });

  it("does not enter a text that is no program", async () => {
    for (const text of [
      "\0\0\0",
      "\u{1F600}",
      "<html></html>",
      "PK\u0003\u0004",
      "{{ template }}",
      "import",
      "export const handler = ((",
    ]) {
      const analysis = await analyze(text);
      assert.equal(analysis.handler, undefined);
      assert.ok(analysis.gaps.length > 0);
    }
  });

  it("follows imports in a circle once", async () => {
    const files: Record<string, string> = { "handler.js": `import "./m0.js"; export const handler = () => 1;` };
    for (let n = 0; n < 300; n++)
      files[`m${n}.js`] = `import "./m${n + 1}.js"; export * from "./m${(n * 7) % 300}.js"; export const x${n} = 1;`;
    files["m300.js"] = `import "./m0.js"; export * from "./m0.js";`;
    const analysis = await analyzeFiles(files);
    assert.ok(analysis.handler);
    assert.equal(analysis.files.length, 302);
  });
});
