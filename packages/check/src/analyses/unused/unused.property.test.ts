import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { memoryFiles } from "../../code/testing/memory-files.ts";
import type { Finding } from "../../judge/finding.ts";
import { readUnits } from "../../readers/read-unit.ts";
import { analysis } from "./unused.ts";

const HOME = new URL("../../../../../conformance/check/unused/", import.meta.url);
const cases = readdirSync(HOME).flatMap(
  (file) => parse(readFileSync(new URL(file, HOME), "utf8")) as readonly { files: Readonly<Record<string, string>> }[],
);
const HOSTILE = ["", "__proto__", "constructor", "\u0000", "${", "!Ref", "{{", "*/", "`", '"', "process.env", "\u202e"];

async function findingsOf(given: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  const files = memoryFiles(given);
  const paths = files.paths.filter((path) => !path.includes("node_modules/"));
  const units = await readUnits(paths, { parameters: {}, files });
  const result = await analysis.run({ cwd: ".", root: ".", files, paths, units, options: { now: new Date(0) } });
  return result.units.flatMap(({ findings }) => findings);
}

describe("what is unused in anything", () => {
  it("is found or not, and never breaks, where files are cut or overwritten anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...cases),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(...HOSTILE),
        async ({ files }, which, at, put) => {
          const names = Object.keys(files);
          const name = names[which % names.length] ?? "";
          const text = files[name] ?? "";
          const place = at % (text.length + 1);
          for (const damaged of [text.slice(0, place), text.slice(0, place) + put + text.slice(place)]) {
            for (const { because, position } of await findingsOf({ ...files, [name]: damaged })) {
              assert.ok(because !== "" && position.line >= 1);
            }
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  it("is not said of anything where the code that could use it is gone", async () => {
    const stores = /^(table-is-read|bucket-is-used|queue-has-|topic-has-publishers)/;
    for (const { files } of cases) {
      const templates = Object.fromEntries(Object.entries(files).filter(([name]) => /\.(ya?ml|tf)$/.test(name)));
      const findings = await findingsOf(templates);
      const failed = findings.filter(({ kind, rule }) => kind === "fail" && stores.test(rule.id));
      const isInline = Object.values(templates).some((text) => text.includes("ZipFile"));
      if (!isInline) assert.deepEqual(failed, []);
    }
  });

  it("is told in bounded time of a thousand resources and names that are words of everything", async () => {
    const resources = Array.from({ length: 1000 }, (_, index) => [
      `T${index}`,
      { Type: "AWS::DynamoDB::Table", Properties: { TableName: `name-${index % 7}`, BillingMode: "PAY_PER_REQUEST" } },
    ]);
    const code = {
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: "name-1 name-2",
      Code: { ZipFile: "exports.handler = async () => 1;" },
    };
    const template = {
      Resources: { ...Object.fromEntries(resources), F: { Type: "AWS::Lambda::Function", Properties: code } },
    };
    const findings = await findingsOf({ "template.json": JSON.stringify(template) });
    assert.ok(findings.length >= 1000);
  });
});
