import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryFiles } from "../testing/memory-files.ts";
import { ModuleResolver } from "./resolve-module.ts";

function resolved(
  files: Readonly<Record<string, string>>,
  specifier: string,
  from = "src/handler.ts",
  layers: readonly string[] = [],
): string {
  const found = new ModuleResolver(memoryFiles(files)).resolve(specifier, from, false, layers);
  return found.kind === "file" ? found.file : found.kind === "external" ? `external ${found.module}` : found.reason;
}

describe("resolving a module", () => {
  it("tries the endings that people leave out, and index files", () => {
    assert.equal(resolved({ "src/a.tsx": "" }, "./a"), "src/a.tsx");
    assert.equal(resolved({ "src/a/index.mts": "" }, "./a"), "src/a/index.mts");
    assert.equal(resolved({ "src/a/package.json": `{"main":"./x.js"}`, "src/a/x.js": "" }, "./a"), "src/a/x.js");
    assert.equal(resolved({ "index.ts": "" }, ".."), "index.ts");
  });

  it("takes .js for the .ts that it is written for, the source before what is built", () => {
    assert.equal(resolved({ "src/a.ts": "", "src/a.js": "" }, "./a.js"), "src/a.ts");
    assert.equal(resolved({ "src/a.mts": "" }, "./a.mjs"), "src/a.mts");
    assert.equal(resolved({ "src/a.js": "" }, "./a.js"), "src/a.js");
  });

  it("names built-in modules and packages without entering them", () => {
    assert.equal(resolved({}, "fs/promises"), "external node:fs/promises");
    assert.equal(resolved({}, "node:test"), "external node:test");
    assert.equal(resolved({ "node_modules/axios/index.js": "" }, "axios"), "external axios");
    assert.equal(resolved({}, "@aws-sdk/client-s3"), "external @aws-sdk/client-s3");
    assert.equal(resolved({}, "./gone"), "the module './gone' is not on disk");
  });

  it("follows paths and baseUrl of tsconfig.json, with comments and through extends", () => {
    const files = {
      "tsconfig.base.json": `{ // base
        "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["libs/*/src/index.ts", "libs/*"], "@one": ["libs/one.ts"], }, } }`,
      "app/tsconfig.json": `{ "extends": "../tsconfig.base" }`,
      "libs/data/src/index.ts": "",
      "libs/one.ts": "",
      "shared/x.ts": "",
    };
    assert.equal(resolved(files, "@lib/data", "app/src/h.ts"), "libs/data/src/index.ts");
    assert.equal(resolved(files, "@one", "app/src/h.ts"), "libs/one.ts");
    assert.equal(resolved(files, "shared/x", "app/src/h.ts"), "shared/x.ts");
    assert.equal(resolved(files, "zod", "app/src/h.ts"), "external zod");
  });

  it("enters packages of the workspace, npm's and pnpm's, by their source", () => {
    const packages = {
      "packages/data/package.json": `{ "name": "@org/data", "exports": { ".": { "types": "./dist/index.d.ts", "import": "./dist/index.js" }, "./x/*": "./dist/x/*.js" } }`,
      "packages/data/src/index.ts": "",
      "packages/data/src/x/y.ts": "",
      "apps/deep/er/package.json": `{ "name": "er", "main": "main.js" }`,
      "apps/deep/er/main.js": "",
    };
    const npm = { ...packages, "package.json": `{ "workspaces": ["packages/*", "apps/**"] }` };
    assert.equal(resolved(npm, "@org/data", "apps/a/h.ts"), "packages/data/src/index.ts");
    assert.equal(resolved(npm, "@org/data/x/y", "apps/a/h.ts"), "packages/data/src/x/y.ts");
    assert.equal(resolved(npm, "er", "apps/a/h.ts"), "apps/deep/er/main.js");
    const pnpm = { ...packages, "pnpm-workspace.yaml": `packages:\n  - "packages/*"\ncatalog:\n  - x\n` };
    assert.equal(resolved(pnpm, "@org/data", "apps/a/h.ts"), "packages/data/src/index.ts");
    const linked = { ...packages, "apps/a/package.json": `{ "dependencies": { "d": "file:../../packages/data" } }` };
    assert.equal(resolved(linked, "d", "apps/a/src/h.ts"), "packages/data/src/index.ts");
  });

  it("follows a package's own imports", () => {
    const files = {
      "package.json": `{ "imports": { "#db/*": "./src/db/*.ts", "#x": { "node": "./src/x.ts" } } }`,
      "src/db/a.ts": "",
      "src/x.ts": "",
    };
    assert.equal(resolved(files, "#db/a"), "src/db/a.ts");
    assert.equal(resolved(files, "#x"), "src/x.ts");
    assert.equal(resolved(files, "#gone"), "the module '#gone' is not on disk");
  });

  it("finds the team's own code in layers, and leaves the registry's alone", () => {
    const files = {
      "layer/nodejs/util.js": "",
      "layer/nodejs/package.json": `{ "dependencies": { "axios": "^1.0.0" } }`,
      "layer/nodejs/node_modules/own/index.js": "",
      "layer/nodejs/node_modules/axios/index.js": "",
      "layer/nodejs/node_modules/axios/package.json": `{ "name": "axios" }`,
    };
    assert.equal(resolved(files, "/opt/nodejs/util", "src/h.ts", ["layer"]), "layer/nodejs/util.js");
    assert.equal(resolved(files, "own", "src/h.ts", ["layer"]), "layer/nodejs/node_modules/own/index.js");
    assert.equal(resolved(files, "axios", "src/h.ts", ["layer"]), "external axios");
    assert.equal(resolved(files, "own"), "external own");
  });

  it("never leaves what it was given, whatever the manifests say", () => {
    const files = {
      "package.json": `{ "workspaces": ["../../*"], "dependencies": { "p": "file:../../../etc" }, "exports": "../../etc/passwd" }`,
      "tsconfig.json": `{ "extends": "./tsconfig.json", "compilerOptions": { "paths": { "*": ["../../*"] } } }`,
    };
    const asked: string[] = [];
    const memory = memoryFiles(files);
    const resolver = new ModuleResolver({
      ...memory,
      read: (path) => {
        asked.push(path);
        return memory.read(path);
      },
    });
    assert.equal(resolver.resolve("p", "src/h.ts", false, []).kind, "external");
    assert.deepEqual(
      asked.filter((path) => path.startsWith("..")),
      [],
    );
  });
});
