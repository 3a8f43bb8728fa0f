import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { SourceText } from "../../source/source-text.ts";
import { importsIn, scanImports } from "./scan-imports.ts";
import { analyzeFiles, inMemory, npmProject, saidBy, type Files } from "./testing/project-files.ts";

const osvDir = mkdtempSync(join(tmpdir(), "ward-reach-"));
after(() => rmSync(osvDir, { recursive: true }));
const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }] }];
writeFileSync(
  join(osvDir, "r.json"),
  JSON.stringify({
    id: "GHSA-aaaa-bbbb-cccc",
    database_specific: { severity: "HIGH" },
    affected: [{ package: { ecosystem: "npm", name: "inner" }, ranges }],
  }),
);

const PINNED = { integrity: "sha512-A==", license: "MIT" };

/** `parser` brings `inner`, which is vulnerable; `other` brings nothing. */
function project(more: Files): Files {
  const packages = {
    "node_modules/parser": { version: "1.2.0", dependencies: { inner: "^1.0.0" }, ...PINNED },
    "node_modules/inner": { version: "1.0.0", ...PINNED },
    "node_modules/other": { version: "1.0.0", ...PINNED },
  };
  return npmProject(packages, { parser: "^1.0.0", other: "^1.0.0" }, more);
}

const TEMPLATE = `AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Report:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src/, Handler: report.handler, Runtime: nodejs22.x }
`;

async function reachOfInner(more: Files): Promise<string> {
  const [said = ""] = saidBy(await analyzeFiles(project(more), { osvDir }));
  return said;
}

describe("what reaches a function", () => {
  it("is what its handler's modules import, through its own files", async () => {
    const said = await reachOfInner({
      "template.yaml": TEMPLATE,
      "src/report.ts": 'import { read } from "./lib/read.ts";\nexport const handler = async () => read();\n',
      "src/lib/read.ts": 'import { parse } from "parser/fast";\nexport const read = () => parse();\n',
    });
    assert.match(said, /^dependency-has-no-high-.*src\/lib\/read\.ts:1 imports parser, which brings it/);
  });

  it("is not what other code imports, which no function takes in", async () => {
    const said = await reachOfInner({
      "template.yaml": TEMPLATE,
      "src/report.ts": 'import other from "other";\nexport const handler = async () => other();\n',
      "src/never.ts": 'import "parser";\n',
    });
    assert.match(said, /^dependency-has-no-low-.*none of 1 function imports it/);
  });

  it("is not known where a function's code is not found, or what it loads is chosen at run time", async () => {
    const lost = await reachOfInner({ "template.yaml": TEMPLATE, "lib/x.ts": "export {};\n" });
    assert.match(lost, /^dependency-has-no-high-/);
    const chosen = await reachOfInner({
      "template.yaml": TEMPLATE,
      "src/report.ts": "export const handler = async (event) => (await import(event.plugin)).run();\n",
    });
    assert.match(chosen, /^dependency-has-no-high-.*is not known/);
  });

  it("is what a Ward app's functions import", async () => {
    const ward = (imported: string) => ({
      "ward.config.ts": 'import { defineApp } from "@ward/sdk";\nexport default defineApp({ name: "clinic" });\n',
      "functions/report.ts": `import { defineFunction, on } from "@ward/sdk";\nimport x from "${imported}";\nexport default defineFunction({ trigger: on.http("GET /r"), purpose: "TREAT", grants: {}, async handle() { return x(); } });\n`,
    });
    assert.match(
      await reachOfInner(ward("parser")),
      /^dependency-has-no-high-.*functions\/report\.ts:2 imports parser/,
    );
    assert.match(await reachOfInner(ward("other")), /^dependency-has-no-low-.*none of 1 function/);
  });

  it("goes through the workspaces that it imports", async () => {
    const root = { name: "clinic", version: "1.0.0", workspaces: ["packages/*"], dependencies: { "@clinic/lib": "*" } };
    const lib = { name: "@clinic/lib", version: "1.0.0", dependencies: { parser: "^1.0.0" } };
    const files = project({ "packages/lib/package.json": JSON.stringify(lib), "main.ts": 'import "@clinic/lib";\n' });
    const lock = JSON.parse(files["package-lock.json"] ?? "") as { packages: Record<string, object> };
    lock.packages[""] = root;
    lock.packages["packages/lib"] = lib;
    lock.packages["node_modules/@clinic/lib"] = { resolved: "packages/lib", link: true };
    delete lock.packages["node_modules/other"];
    const said = saidBy(
      await analyzeFiles(
        { ...files, "package.json": JSON.stringify(root), "package-lock.json": JSON.stringify(lock) },
        { osvDir },
      ),
    );
    assert.match(said.join("\n"), /main\.ts:1 imports @clinic\/lib, which brings it/);
  });
});

describe("imports by text alone", () => {
  const names = (text: string) => importsIn(new SourceText("a.ts", text)).map(({ name }) => name);

  it("are those of every form, without what Node has and what is a type alone", () => {
    assert.deepEqual(
      names(
        [
          'import a from "a";',
          'import { b } from "@s/b/deep/file.js";',
          "export * from 'c';",
          'const d = require("d");',
          'await import("e/sub");',
          'import "f";',
          'import type { T } from "types-only";',
          'import fs from "fs";',
          'import { readFile } from "node:fs/promises";',
          'import own from "./own.ts";',
          'const x = require.resolve("g");',
        ].join("\n"),
      ),
      ["a", "@s/b", "c", "d", "e", "f", "g"],
    );
  });

  it("take no longer for long runs of space and of words", () => {
    for (const unit of ["import ", "import (", " ", "from ", "require . ", "import '@a/", "/* * "]) {
      assert.deepEqual(names(`import${unit.repeat(200_000)}`), []);
    }
  });

  it("leave out tests, configurations and what is generated from declarations", () => {
    const files = {
      "a.test.ts": 'import "x";',
      "vite.config.ts": 'import "y";',
      "a.d.ts": 'import "z";',
      "src/a.ts": 'import "w";',
    };
    const { imports, scope } = scanImports(Object.keys(files), inMemory(files));
    assert.deepEqual(
      imports.map(({ name }) => name),
      ["w"],
    );
    assert.equal(scope, "1 source file besides tests");
  });
});
