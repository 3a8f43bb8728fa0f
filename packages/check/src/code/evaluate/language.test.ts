import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { analyzeFiles, callsOf, show } from "../testing/show-analysis.ts";

type Case = readonly [title: string, program: string | Record<string, string>, calls: readonly string[]];

const FLOW: readonly Case[] = [
  [
    "a handler in a table of handlers",
    `const handlers = { a: async (e) => console.log("a", e), b: async (e) => console.log("b", e) };
     export const handler = async (e) => handlers[e.type](e);`,
    ['?console.log("a", event)', '?console.log("b", event)'],
  ],
  [
    "a table that may have no entry",
    `const routes: any = {}; const route = (key, f) => { routes[key] = f; };
     route("GET /a", async (e) => fetch("a" + e.id));
     export const handler = async (e) => {
       const found = routes[e.method + " " + e.path]; if (!found) { console.log("none", e.path); return { statusCode: 404 }; }
       const kind = { GET: "read", PUT: "write" }[e.method] ?? "other"; console.log(kind); return found(e);
     };`,
    ['?console.log("none", event.path)', '?console.log("read" | "write" | "other")', "?fetch(`a${event.id}`)"],
  ],
  [
    "what finally sees: the end of the block or that of its handler",
    `export const handler = async (e) => { let r = null; try { r = await fetch(e.u); return r; } catch (x) { r = 1; } finally { console.log(r); } };`,
    ["fetch(event.u)", "console.log(1 | fetch())"],
  ],
  [
    "a wrapper of its own",
    `const withLog = (fn) => async (event, ctx) => { console.log("start"); try { return await fn(event, ctx); } finally { console.log("end"); } };
     export const handler = withLog(async (event) => { console.log(event.x); });`,
    ['console.log("start")', "console.log(event.x)", 'console.log("end")'],
  ],
  [
    "a wrapper of the outside",
    `import middy from "@middy/core"; const base = async (event) => { console.log(event.body); };
     export const handler = middy(base).use({ before: async (request) => console.log("first") });`,
    [
      "@middy/core#default(function base)",
      "@middy/core#default().use({before: function before})",
      "console.log(event.body)",
      '?console.log("first")',
    ],
  ],
  [
    "what a framework was given while the module loaded",
    `import express from "express"; import serverless from "serverless-http"; const app = express();
     app.get("/p/:id", async (req, res) => { console.log(req.params.id); });
     export const handler = serverless(app);`,
    [
      "express#default()",
      'express#default().get("/p/:id", function )',
      "serverless-http#default(express#default())",
      "?console.log(given(express#default().get 0).params.id)",
    ],
  ],
  [
    "promises together and then",
    `export const handler = async (e) => {
       const [a, b] = await Promise.all([fetch("https://a.example/" + e.id), fetch("https://b.example")]);
       console.log((await a.json()).name);
       await Promise.all(e.Records.map(async (r) => fetch(r.url)));
       fetch("u").then((r) => r.text()).then((t) => console.log(t)).catch((error) => console.error(error.message));
     };`,
    [
      "fetch(`https://a.example/${event.id}`)",
      'fetch("https://b.example")',
      "fetch().json()",
      "console.log(fetch().json().name)",
      "?fetch(event.Records.*.url)",
      'fetch("u")',
      "fetch().text()",
      "console.log(fetch().text())",
      "?console.error(caught().message)",
    ],
  ],
  [
    "what a variable holds at the time",
    `const redact = (x) => "***";
     export const handler = (e) => { let m = e.body; m = redact(m); console.log(m); const p = { name: e.name, id: e.id }; p.name = "x"; delete p.id; console.log(p); };`,
    ['console.log("***")', 'console.log({name: "x"})'],
  ],
  [
    "what either branch may have left",
    `export const handler = (e) => { let t = "a"; if (e.x) t = "b"; console.log(t); const o: any = {}; if (e.y) { o.k = 1 } else { o.k = 2 } console.log(o.k); };`,
    ['console.log("b" | "a")', "console.log(1 | 2)"],
  ],
  [
    "only the state of the branch that goes on, and that it may not be reached",
    `export const handler = (e) => { let t = "a"; if (e.x) { t = "b"; return t; } console.log(t); };`,
    ['?console.log("a")'],
  ],
  [
    "a condition that is known",
    `const LOUD = false; export const handler = (e) => { if (LOUD) console.log(e); LOUD ? console.warn(1) : console.info(2); };`,
    ["console.info(2)"],
  ],
  [
    "a loop that hands on what it got",
    `export const handler = async (e) => { let key; do { const r = await fetch("u", { key }); key = r.next; } while (key); };`,
    [
      'fetch("u", {key: undefined})',
      '?fetch("u", {key: fetch().next})',
      '?fetch("u", {key: fetch().next | fetch().next})',
    ],
  ],
  [
    "the cases of a switch, and through to the next",
    `export const handler = (e) => { switch (e.op) { case "a": console.log("a"); case "b": console.log("b"); break; default: console.log("c"); } };`,
    ['?console.log("a")', '?console.log("b")', '?console.log("b")', '?console.log("c")'].filter(
      (call, index, all) => all.indexOf(call) === index,
    ),
  ],
  [
    "recursion, a few levels deep",
    `function walk(n) { console.log(n.name); for (const c of n.children) walk(c); } export const handler = (e) => walk(e);`,
    [
      "console.log(event.name)",
      "?console.log(event.children.*.name)",
      "?console.log(event.children.*.children.*.name)",
    ],
  ],
  [
    "a generator",
    `async function* pages() { yield { a: 1 }; yield { a: 2 }; } export const handler = async () => { for await (const p of pages()) console.log(p.a); };`,
    ["?console.log(1 | 2)"],
  ],
];

const VALUES: readonly Case[] = [
  [
    "spreads, in their order",
    `const base = { TableName: "t" };
     export const handler = (e) => { console.log({ ...base, Key: e.k }); console.log({ ...e, TableName: "z" }); console.log({ TableName: "z", ...e }); };`,
    [
      'console.log({TableName: "t", Key: event.k})',
      'console.log({TableName: "z", ...event.*})',
      'console.log({TableName: "z" | event.TableName, ...event.*})',
    ],
  ],
  [
    "defaults of parameters and variables of the environment",
    `const table = process.env.TABLE || "d"; const { BUCKET = "b" } = process.env;
     function f({ a = "x", b } = {}) { console.log(a, b, table, BUCKET); } export const handler = () => { f(); f({ b: 1 }); };`,
    [
      'console.log("x", undefined, $TABLE ?? "d", $BUCKET ?? "b")',
      'console.log("x", 1, $TABLE ?? "d", $BUCKET ?? "b")',
    ],
  ],
  [
    "the environment by any way",
    `import { env as e2 } from "node:process";
     export const handler = (e) => { console.log(process.env["A"], process.env[e.x], e2.Z); const env = process.env; const { C, ...rest } = env; console.log(env.B, C, rest.D, globalThis.process.env.G); };`,
    ["console.log($A, process.env.*, $Z)", "console.log($B, $C, $D, $G)"],
  ],
  [
    "enums, constant and plain, and namespaces",
    `enum Table { Patients = "patients", Visits = "visits" } const enum N { A, B = 5, C }
     namespace Config { export const table = "t"; export function name(x: string) { return \`\${table}-\${x}\`; } }
     export const handler = (e) => console.log(Table.Patients, N.A, N.C, Table[e.t], Config.name("a"));`,
    ['console.log("patients", 0, 6, "patients" | "visits", "t-a")'],
  ],
  [
    "casts and satisfies",
    `const c = { t: "x" } as const satisfies { t: string }; export const handler = (e: unknown) => console.log((c as any)!.t, (<any>e).a);`,
    ['console.log("x", event.a)'],
  ],
  [
    "getters, setters and statics",
    `class Config { get table() { return process.env.TABLE; } static get bucket() { return "b"; } static size = 3; set x(v) { console.log(v); } #p = "private"; read() { return this.#p; } }
     const c = new Config(); export const handler = () => { console.log(c.table, Config.bucket, Config.size, c.read()); c.x = 5; };`,
    ['console.log($TABLE, "b", 3, "private")', "console.log(5)"],
  ],
  [
    "maps and sets",
    `const m = new Map([["a", "t1"]]); m.set("b", "t2");
     export const handler = (e) => { console.log(m.get("a"), m.get(e.x)); for (const x of new Set(["p"])) console.log(x); for (const [k, v] of m) console.log(k, v); };`,
    ['console.log("t1", "t1" | "t2")', 'console.log("p")', 'console.log("a", "t1")', 'console.log("b", "t2")'],
  ],
  [
    "closures, each with its own",
    `const make = (table) => ({ get: (k) => console.log(table, k) }); const a = make("A"), b = make("B");
     export const handler = (e) => { a.get(e.x); b.get(e.y); };`,
    ['console.log("A", event.x)', 'console.log("B", event.y)'],
  ],
  [
    "a bound method",
    `class H { constructor(private t: string) {} async handle(e) { console.log(this.t, e.a); } } const h = new H("T"); export const handler = h.handle.bind(h);`,
    ['console.log("T", event.a)'],
  ],
  [
    "a decorator that wraps",
    `function log(target, key, d) { const o = d.value; d.value = function (...args) { console.log("call", key); return o.apply(this, args); }; return d; }
     class H { @log async handle(e) { console.log(e.a); } } const h = new H(); export const handler = (e) => h.handle(e);`,
    ['console.log("call", "handle")', "console.log(event.a)"],
  ],
  [
    "optional chains",
    `const cfg: any = { a: { b: "x" } }; export const handler = (e) => { console.log(cfg?.a?.b, e?.user?.name, cfg.none?.x); cfg.cb?.(e); e.list?.forEach((x) => console.log(x.q)); };`,
    ['console.log("x", event.user.name, undefined)', "?console.log(event.list.*.q)"],
  ],
  [
    "texts",
    `export const handler = (e) => console.log("A-B".toLowerCase().split("-")[0], ["x", "y"].join("/"), e.s.trim().split(",")[1], \`\${"a"}\${1}\`, "t-" + process.env.STAGE);`,
    ['console.log("a", "x/y", .split(.trim(event.s), ",").1, "a1", `t-${$STAGE}`)'],
  ],
  [
    "texts that are joined by a method",
    `export const handler = (e) => { console.log("t-".concat(process.env.STAGE!), e.a.concat(e.b)); };`,
    ["console.log(`t-${$STAGE}`, event.a | event.b)"],
  ],
  [
    "one text of each choice",
    `export const handler = (e) => { const stage = e.p ? "prod" : "dev"; console.log(\`records-\${stage}\`); };`,
    ['console.log("records-prod" | "records-dev")'],
  ],
  [
    "objects made of entries",
    `export const handler = (e) => { const o = Object.fromEntries(Object.entries({ a: 1, b: 2 }).map(([k, v]) => [k + "x", v])); console.log(o, Object.keys(o)); for (const k in o) console.log(k); };`,
    ['console.log({ax: 1, bx: 2}, ["ax", "bx"])', 'console.log("ax")', 'console.log("bx")'],
  ],
  [
    "arguments that are spread",
    `function log(...args) { console.log(...args); } export const handler = (e) => { log("a", e.b); log(...e.items); };`,
    ['console.log("a", event.b)', "console.log(...event.items.*)"],
  ],
  [
    "tagged templates",
    `import postgres from "postgres"; const sql = postgres(process.env.URL); export const handler = async (e) => sql\`select * from p where id = \${e.id}\`;`,
    ["postgres#default($URL)", 'postgres#default()(["select * from p where id = ", ""], event.id)'],
  ],
  [
    "an assignment to something of the outside",
    `export const handler = (e) => { process.env.PATIENT = e.name; };`,
    ["set process.env.PATIENT(event.name)"],
  ],
  [
    "a class in the old style",
    `function Store(t) { this.t = t; } Store.prototype.log = function (e) { console.log(this.t, e.a); }; const s = new Store("T"); export const handler = (e) => s.log(e);`,
    ['console.log("T", event.a)'],
  ],
];

const MODULES: readonly Case[] = [
  [
    "exports of exports",
    {
      "handler.ts": `export { handler } from "./impl";`,
      "impl.ts": `import { a, y } from "./barrel"; export const handler = () => console.log(a, y.default);`,
      "barrel.ts": `export * from "./x"; export * as y from "./y.js";`,
      "x.ts": `export const a = "A";`,
      "y.ts": `export default 1;`,
    },
    ['console.log("A", 1)'],
  ],
  [
    "default exports beside types",
    {
      "handler.ts": `import run, { type T } from "./run"; import type { Gone } from "./gone"; export const handler = run;`,
      "run.ts": `export default async function (e) { console.log(e.a); }`,
    },
    ["console.log(event.a)"],
  ],
  [
    "imports at run time",
    {
      "handler.ts": `export const handler = async (e) => { const { go } = await import("./go"); go(e); };`,
      "go.ts": `export const go = (e) => console.log(e.q);`,
    },
    ["console.log(event.q)"],
  ],
  [
    "what TypeScript compiles to CommonJS",
    {
      "handler.js": `"use strict";
        var __importDefault = (this && this.__importDefault) || function (mod) { return (mod && mod.__esModule) ? mod : { "default": mod }; };
        Object.defineProperty(exports, "__esModule", { value: true }); exports.handler = void 0;
        const axios_1 = __importDefault(require("axios")); const lib_1 = require("./lib");
        const handler = async (e) => { await axios_1.default.get("u"); (0, lib_1.go)(e); }; exports.handler = handler;`,
      "lib.js": `"use strict"; Object.defineProperty(exports, "__esModule", { value: true }); exports.go = go; function go(e) { console.log(e.z); }`,
    },
    ['axios#default.get("u")', "console.log(event.z)"],
  ],
  [
    "async functions that were compiled to generators",
    {
      "handler.js": `"use strict";
        var __awaiter = (this && this.__awaiter) || function (thisArg, _arguments, P, generator) { return new (P || (P = Promise))(function (resolve, reject) { generator.next(); }); };
        exports.handler = function (e) { return __awaiter(this, void 0, void 0, function* () { const r = yield fetch("u"); console.log(r.body, e.a); return 1; }); };`,
    },
    ['fetch("u")', "console.log(fetch().body, event.a)"],
  ],
  [
    "a file of JSON",
    {
      "handler.ts": `import config from "./config.json"; export const handler = () => console.log(config.tables[0]);`,
      "config.json": `{ "tables": ["t1"] }`,
    },
    ['console.log("t1")'],
  ],
  [
    "modules that import each other",
    {
      "handler.ts": `import { b } from "./b"; export const name = "H"; export const handler = () => b();`,
      "b.ts": `import { name } from "./handler"; export const b = () => console.log(name);`,
    },
    ['console.log("H")'],
  ],
];

describe("abstract evaluation", () => {
  for (const [title, program, calls] of [...FLOW, ...VALUES, ...MODULES]) {
    it(`follows ${title}`, async () => {
      assert.deepEqual(await callsOf(program), calls);
    });
  }

  it("gives what the handler answers and throws", async () => {
    const { returns, throws } = await analyzeFiles({
      "handler.ts": `export const handler = async (e) => {
        if (!e.id) throw new Error("no id in " + e.body);
        try { throw new TypeError(e.x); } catch (error) { return { statusCode: 500, body: error.message }; }
      };`,
    });
    assert.deepEqual(
      returns.map(({ value }) => show(value)),
      ["{statusCode: 500, body: <TypeError>.message | caught(<TypeError>).message}"],
    );
    assert.deepEqual(
      throws.map(({ value }) => value.kind === "instance" && value.args.map((arg) => show(arg))),
      [["`no id in ${event.body}`"]],
    );
  });

  it("tells the way from the handler to a call", async () => {
    const { calls } = await analyzeFiles({
      "handler.ts": `import { save } from "./save"; export const handler = (e) => e.items.map((item) => save(item));`,
      "save.ts": `export function save(item) { fetch(item.url); }`,
    });
    assert.deepEqual(
      calls.map(({ stack }) => stack.map(({ kind, name, spot }) => [kind, name, spot.source.file])),
      [
        [
          ["handler", "handler", "handler.ts"],
          ["call", "", "handler.ts"],
          ["call", "save", "handler.ts"],
        ],
      ],
    );
  });

  it("finds the function of a Ward app in what defineFunction was given", async () => {
    const calls = await callsOf(
      `import { defineFunction, on } from "@ward/sdk";
       export default defineFunction({ trigger: on.http("GET", "/x"), async handle(message, ctx) { await ctx.fhir.create("Observation", message.body); } });`,
      { entry: { file: "handler.ts", export: "default", member: ["handle"] } },
    );
    assert.equal(calls.at(-1), 'context.fhir.create("Observation", event.body)');
  });

  it("decides conditions by variables that are known, and keeps what they are", async () => {
    const program = `export const handler = () => { if (process.env.MODE === "a") console.log(process.env.MODE); else fetch("b"); };`;
    const environment = new Map([["MODE", "a"]]);
    assert.deepEqual(await callsOf(program, { environment }), ["console.log($MODE)"]);
    assert.deepEqual(await callsOf(program), ["?console.log($MODE)", '?fetch("b")']);
  });

  it("lists what is read, imported and not found", async () => {
    const { environment, imports, files, gaps } = await analyzeFiles({
      "handler.ts": `import "./gone"; import { x } from "@scope/pkg/sub"; import fs from "fs"; import { y } from "./y";
        export const handler = () => process.env.READ; function never() { return process.env.WRITTEN; }`,
      "y.ts": `import type { T } from "types-only"; export const y = require("left-pad");`,
    });
    assert.deepEqual(
      environment.map(({ name, isReached }) => [name, isReached]),
      [
        ["READ", true],
        ["WRITTEN", false],
      ],
    );
    assert.deepEqual(
      imports.map(({ kind, target }) => [kind, target]),
      [
        ["missing", "./gone"],
        ["package", "@scope/pkg"],
        ["builtin", "node:fs"],
        ["own", "y.ts"],
        ["package", "left-pad"],
      ],
    );
    assert.deepEqual(files, ["handler.ts", "y.ts"]);
    assert.deepEqual(
      gaps.map(({ kind, reason }) => [kind, reason]),
      [["module", "the module './gone' is not on disk"]],
    );
  });
});
