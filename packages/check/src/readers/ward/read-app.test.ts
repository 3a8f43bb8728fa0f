import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { check } from "../../check.ts";
import { toPlain } from "../../graph/plain-value.ts";
import { positionOf } from "../../source/source-text.ts";
import { MemoryFiles, sampleApp } from "../../testing/sample-app.ts";
import { readUnits } from "../read-unit.ts";

async function read(files: Readonly<Record<string, string>>) {
  const texts = sampleApp(files);
  const units = await readUnits([...texts.keys()], { parameters: {}, files: new MemoryFiles(texts) });
  const [unit] = units;
  assert.ok(unit && units.length === 1);
  return unit.graph;
}

function plain(value: Parameters<typeof toPlain>[0]): unknown {
  return JSON.parse(JSON.stringify(toPlain(value)));
}

describe("a Ward app", () => {
  it("is its configuration, functions, policies, agreements and the scripts that start it", async () => {
    const graph = await read({
      "functions/b.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", handle() {} }`,
      "functions/b.test.ts": `{ trigger: on.hl7("ORU^R02"), purpose: "TREAT", handle() {} }`,
      "policies/p.cedar": `@id("x") permit (principal, action, resource);`,
      "compliance/baas/pager.yaml": "name: Pager\ncovers: [phi]\n",
      "package.json": `{ "scripts": { "start": "ward start", "test": "node --test" } }`,
    });
    assert.deepEqual(graph.problems, []);
    assert.deepEqual(
      graph.resources.map(({ id, type, name }) => [id, type, name]),
      [
        ["app", "Ward::App", "clinic"],
        ["functions/b", "Ward::Function", "b"],
        ["policies/p.cedar/x", "Ward::Policy", "x"],
        ["baas/pager", "Ward::Agreement", "pager"],
        ["scripts/start", "Ward::Script", "start"],
      ],
    );
  });

  it("has definitions as their authors mean them: constants of other files, spreads, templates, wrappers, re-exports", async () => {
    const graph = await read({
      "shared.ts": `import { defineFunction, on } from "@ward/sdk";
export const READS = ["Patient.read"] as const;
export const limits = { timeoutMs: 2_000, memoryMb: 64 };
const system = "lab";
export const filed = \`\${system}.result.filed\`;
export const clinical = (trigger, grants, handle) => defineFunction({ trigger, purpose: "TREAT", grants, limits, handle });`,
      "functions/a.ts": `import { on } from "@ward/sdk";
import { READS, clinical, filed } from "../shared.ts";
export default clinical(on.event(filed), { fhir: [...READS, "Patient.search"] }, () => {});`,
      "functions/b.ts": `export { default } from "../else/b.ts";`,
      "else/b.ts": `{ trigger: on.http("PUT", "visits/:id", { roles: ["nurse"] }), purpose: "TREAT", handle() {} }`
        .replace(/^/, `import { defineFunction, on } from "@ward/sdk";\nexport default defineFunction(`)
        .replace(/$/, ");"),
    });
    assert.deepEqual(graph.problems, []);
    assert.deepEqual(plain(graph.resource("functions/a")?.properties ?? { kind: "absent", spot: undefined as never }), {
      trigger: { kind: "event", type: "lab.result.filed" },
      purpose: "TREAT",
      grants: { fhir: ["Patient.read", "Patient.search"] },
      limits: { timeoutMs: 2000, memoryMb: 64 },
    });
    const b = graph.resource("functions/b");
    assert.equal(b?.at("trigger.method").text(), "PUT");
    assert.equal(b && positionOf(b.spot).file, "else/b.ts");
  });

  it("leaves open what code decides, with the reason and the place", async () => {
    const graph = await read({
      "functions/a.ts": `{
  trigger: on.event(process.env.EVENT),
  purpose: process.env.STAGE === "test" ? "HOPERAT" : "TREAT",
  limits: { timeoutMs: Number(process.env.TIMEOUT) },
  handle() {},
}`,
      "functions/b.ts": `import { make } from "elsewhere";\nexport default make();`,
    });
    const a = graph.resource("functions/a");
    const open = a?.at("trigger.type").undecided();
    assert.match(open?.because ?? "", /trigger\.type depends on the environment variable EVENT/);
    assert.equal(open?.spot && positionOf(open.spot).line, 4);
    assert.equal(a?.at("purpose").equals("TREAT").outcome, "unknown");
    assert.equal(a?.at("purpose").equals("TREAT", "HOPERAT").outcome, "pass");
    assert.equal(graph.resource("functions/b")?.at("purpose").exists().outcome, "unknown");
  });

  it("says which file has no definition, and reads the rest", async () => {
    const graph = await read({
      "functions/a.ts": "export const nothing = 1;",
      "functions/b.ts": `{ trigger: on.hl7("ORU^R01"), purpose: "TREAT", handle() {} }`,
      "functions/c.ts": "export default defineFunction({ trigger: ",
      "policies/p.cedar": "permit (principal, action);",
    });
    assert.deepEqual(
      graph.problems.map(({ spot }) => positionOf(spot).file),
      ["functions/a.ts", "functions/c.ts", "policies/p.cedar"],
    );
    assert.ok(graph.resource("functions/b"));
  });

  it("that is the example has nothing that fails at or above medium, and nothing undecided", async () => {
    const cwd = fileURLToPath(new URL("../../../../../examples/hospital", import.meta.url));
    const { units, problems } = await check({ targets: ["ward.config.ts"], cwd });
    assert.deepEqual(problems, []);
    const findings = units.flatMap((unit) => unit.findings);
    assert.ok(findings.filter(({ kind }) => kind === "pass").length > 50);
    assert.deepEqual(
      findings.filter(({ kind, rule }) => kind !== "pass" && rule.severity !== "low").map(({ because }) => because),
      [],
    );
  });
});
