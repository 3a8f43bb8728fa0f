import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, afterEach, before, test } from "node:test";
import { WardError } from "@ward/core";
import { openWorkerdHost } from "@ward/isolate";
import { startTestDatabase } from "@ward/postgres/testing";
import type { InstanceHost } from "../contract.ts";
import { loadApp } from "./load-app.ts";
import { locateFault } from "./locate-fault.ts";
import { findRelease, PostgresEvaluationStorage, storeReleases } from "./release-storage.ts";

const hospital = fileURLToPath(new URL("../../../../examples/hospital/", import.meta.url));
let host: InstanceHost;
const folders: string[] = [];

before(async () => {
  host = await openWorkerdHost({ spareSlots: 0 });
});
after(async () => await host.close());
afterEach(async () => {
  await Promise.all(folders.splice(0).map(async (folder) => await rm(folder, { recursive: true })));
});

const evaluate = async (bundle: string): Promise<unknown> => await host.evaluate(bundle);

const config = `import { defineConfig } from "@ward/sdk";
export default defineConfig({
  name: "small",
  residency: ["US"],
  frameworks: ["HIPAA"],
  retentionYears: 6,
  budgets: { actsPerMinute: 100 },
});`;
const functionWith = (members: string, before = ""): string => `${before}import { defineFunction, on } from "@ward/sdk";

export default defineFunction({
  trigger: on.hl7("ORU^R01"),
  purpose: "TREAT",
  ${members}
  handle() {},
});`;

async function appWith(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "ward-app-")));
  folders.push(dir);
  for (const [name, text] of Object.entries({ "ward.config.ts": config, ...files })) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return dir;
}

async function refusalOf(files: Readonly<Record<string, string>>): Promise<WardError> {
  const dir = await appWith(files);
  try {
    await loadApp(dir, { evaluate });
  } catch (error) {
    assert.ok(error instanceof WardError, String(error));
    return error;
  }
  assert.fail("the app was loaded");
}
const placeOf = ({ code, detail }: WardError) => [code, detail["file"], detail["line"], detail["path"]];

test("the example hospital loads, its definitions read in confinement", async () => {
  const app = await loadApp(hospital, { evaluate });
  assert.equal(app.config.name, "hospital");
  assert.deepEqual(
    app.releases.map(({ manifest }) => [manifest.name, manifest.trigger.kind]),
    [
      ["lab-result", "hl7"],
      ["notify", "event"],
      ["visit-estimate", "http"],
    ],
  );
  assert.ok(app.policies["hospital.cedar"]?.includes("permit"));
  const notify = app.releases.find(({ manifest }) => manifest.name === "notify");
  assert.deepEqual(notify?.manifest.grants.fhir, []);
});

test("the same sources give the same release in another folder, and no path of this machine", async () => {
  const other = await appWith({});
  await cp(hospital, other, { recursive: true, filter: (path) => !path.includes("node_modules") });
  const [here, there] = await Promise.all([loadApp(hospital, { evaluate }), loadApp(other, { evaluate })]);
  assert.deepEqual(
    there.releases.map(({ digest }) => digest),
    here.releases.map(({ digest }) => digest),
  );
  const machine = await realpath(join(hospital, "..", ".."));
  for (const { bundle, sourceMap = "" } of there.releases) {
    for (const path of [machine, other, "../.."]) assert.ok(!bundle.includes(path) && !sourceMap.includes(path), path);
  }
});

test("a change of code or of powers changes the release", async () => {
  const digestOf = async (text: string) => {
    const app = await loadApp(await appWith({ "functions/a.ts": text }), { evaluate });
    return app.releases[0]?.digest;
  };
  const plain = await digestOf(functionWith(""));
  assert.equal(await digestOf(functionWith("// a comment")), plain);
  assert.notEqual(await digestOf(functionWith(`grants: { emits: ["a.b"] },`)), plain);
  assert.notEqual(await digestOf(functionWith("", "console.log(1);\n")), plain);
});

test("what is wrong in a source is told with file and line", async () => {
  const syntax = await refusalOf({ "functions/a.ts": `export const a = 1;\nexport default {\n  a: ,\n};` });
  assert.deepEqual(placeOf(syntax), ["bundle-failed", "functions/a.ts", 3, undefined]);
  const missing = await refusalOf({ "functions/a.ts": "export const a = 1;" });
  assert.deepEqual(placeOf(missing), ["bundle-failed", "functions/a.ts", 1, undefined]);
  assert.match(String(missing.detail["problems"]), /export default defineFunction/);
  const throwing = await refusalOf({ "functions/a.ts": functionWith("", `throw new Error("x");\n`) });
  assert.deepEqual(placeOf(throwing), ["bundle-failed", "functions/a.ts", 1, undefined]);
});

test("a bad definition is told with file, line, path and remedy", async () => {
  const unknown = functionWith(`grants: {\n    fhir: ["Patient.read"],\n    network: ["*"],\n  },`);
  assert.deepEqual(placeOf(await refusalOf({ "functions/a.ts": unknown })), [
    "bad-manifest",
    "functions/a.ts",
    8,
    "grants.network",
  ]);
  const second = functionWith(`grants: {\n    fhir: [\n      "Patient.read",\n      "Pacient.read",\n    ],\n  },`);
  assert.deepEqual(placeOf(await refusalOf({ "functions/a.ts": second })), [
    "bad-manifest",
    "functions/a.ts",
    9,
    "grants.fhir[1]",
  ]);
  const noConfig = await refusalOf({ "ward.config.ts": config.replace("6,", "5,") });
  assert.deepEqual(placeOf(noConfig), ["bad-manifest", "ward.config.ts", 6, "retentionYears"]);
  assert.match(String(noConfig.detail["remedy"]), /6 to 100/);
});

test("all problems of an app are told at once", async () => {
  const refused = await refusalOf({
    "functions/a.ts": functionWith("limits: { memoryMb: 1 },"),
    "functions/b.ts": "export default {",
    "functions/c.ts": functionWith(""),
  });
  const files = (refused.detail["problems"] as string[]).map((problem) => problem.split(":").slice(0, 2).join(":"));
  assert.deepEqual(files, ["functions/a.ts:6", "functions/b.ts:1"]);
});

test("an agreement without file is refused", async () => {
  const grants = `grants: { egress: [{ host: "a.example.org", baa: "vendor", carries: "phi" }] },`;
  const refused = await refusalOf({ "functions/a.ts": functionWith(grants) });
  assert.deepEqual(placeOf(refused), ["bad-manifest", "functions/a.ts", 6, "grants.egress[0].baa"]);
  const covered = await appWith({ "functions/a.ts": functionWith(grants), "compliance/baas/vendor.yaml": "name: x" });
  assert.equal((await loadApp(covered, { evaluate })).releases.length, 1);
});

test("two functions for one message type are refused", async () => {
  const refused = await refusalOf({ "functions/a.ts": functionWith(""), "functions/b.ts": functionWith("") });
  assert.deepEqual(placeOf(refused), ["bad-manifest", "functions/b.ts", 1, "trigger"]);
});

test("a bundle takes nothing from the node: no Node module, no file outside the app", async () => {
  const uses = (module: string) => functionWith("", `import * as x from ${JSON.stringify(module)};\nconsole.log(x);\n`);
  const outside = await appWith({ "secret.json": `{"password":"hunter2"}` });
  const modules = ["node:fs", "fs", "cloudflare:sockets", "https://example.org/x.js", `${outside}/secret.json`];
  for (const module of [...modules, "@ward/runtime", "pg"]) {
    const refused = await refusalOf({ "functions/a.ts": uses(module) });
    assert.deepEqual(
      placeOf(refused).slice(0, 2),
      ["bundle-failed", module.endsWith(".json") ? refused.detail["file"] : "functions/a.ts"],
      module,
    );
    assert.ok(!JSON.stringify(refused.detail).includes("hunter2"));
  }
});

test("tests and declarations beside functions are no functions", async () => {
  const app = await loadApp(
    await appWith({ "functions/a.ts": functionWith(""), "functions/a.test.ts": "throw 1;", "functions/b.d.ts": "" }),
    { evaluate },
  );
  assert.deepEqual(
    app.releases.map(({ manifest }) => manifest.name),
    ["a"],
  );
});

test("a place in the bundle is told as a place in the author's file", async () => {
  const text = functionWith("").replace("handle() {}", "handle() {\n    throw new TypeError();\n  }");
  const app = await loadApp(await appWith({ "functions/a.ts": text }), { evaluate });
  const { bundle = "", sourceMap = "" } = app.releases[0] ?? {};
  const lines = bundle.slice(0, bundle.indexOf("new TypeError")).split("\n");
  const at = `function:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
  assert.deepEqual(locateFault(sourceMap, [at, "nonsense"]), ["a.ts:8:11", "nonsense"]);
});

test("a stored release is found again, and a known bundle is not evaluated twice", async (context) => {
  const server = await startTestDatabase();
  context.after(async () => await server.close());
  const { database } = server;
  const dir = await appWith({ "functions/a.ts": functionWith(`grants: { emits: ["a.b"] },`) });
  let evaluated = 0;
  const counting = async (bundle: string) => {
    evaluated++;
    return await evaluate(bundle);
  };
  const options = { evaluate: counting, evaluations: new PostgresEvaluationStorage(database) };
  const first = await loadApp(dir, options);
  const second = await loadApp(dir, options);
  assert.equal(evaluated, 2, "config and function, once each");
  assert.deepEqual(second, first);

  await storeReleases(database, first.releases);
  await storeReleases(database, first.releases);
  const [release] = first.releases;
  assert.ok(release !== undefined);
  assert.deepEqual(await findRelease(database, release.digest), release);
  await database.query("update runtime.release set bundle = $1", [Buffer.from("altered")]);
  assert.equal(await findRelease(database, release.digest), undefined, "an altered row is not what the digest says");
});
