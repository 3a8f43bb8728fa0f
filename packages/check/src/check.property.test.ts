import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkText } from "./check.ts";
import { loadAllRules } from "./rules/catalog.ts";

const rules = await loadAllRules();
const cloudformation = rules.flatMap(({ samples }) =>
  [...samples.good, ...samples.bad].flatMap((sample) =>
    "cloudformation" in sample && !/^(Resources|Transform|Parameters|apiVersion)\b/m.test(sample.cloudformation)
      ? [sample.cloudformation.trim()]
      : [],
  ),
);
const terraform = rules.flatMap(({ samples }) =>
  [...samples.good, ...samples.bad].flatMap((sample) => ("terraform" in sample ? [sample.terraform] : [])),
);

/** Many samples in one template, their ids made unique. */
function corpusTemplate(picked: readonly string[]): string {
  const body = picked.map((sample, index) => sample.replaceAll(/^(\w+):/gm, `$1N${index}:`).replaceAll(/^/gm, "  "));
  return `AWSTemplateFormatVersion: "2010-09-09"\nResources:\n${body.join("\n")}\n`;
}

describe("a check of anything", () => {
  it("breaks no rule over large templates of many services", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...cloudformation), { minLength: 30, maxLength: 60 }),
        async (picked) => {
          const { units, problems } = await checkText("template.yaml", corpusTemplate(picked));
          assert.deepEqual(problems, []);
          const broken = units.flatMap(({ findings }) => findings).filter(({ kind }) => kind === "error");
          assert.deepEqual(
            broken.map(({ rule, because }) => `${rule.id}: ${because}`),
            [],
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it("ends with an answer or a problem for templates that are cut or overwritten anywhere", async () => {
    const inputs = fc.constantFrom(...cloudformation.map((one) => corpusTemplate([one])), ...terraform);
    await fc.assert(
      fc.asyncProperty(inputs, fc.nat(), fc.string({ maxLength: 12 }), async (text, at, put) => {
        const place = at % (text.length + 1);
        for (const damaged of [text.slice(0, place), text.slice(0, place) + put + text.slice(place)]) {
          for (const file of ["template.yaml", "template.json", "main.tf"]) {
            const { units } = await checkText(file, damaged);
            const broken = units.flatMap(({ findings }) => findings).filter(({ kind }) => kind === "error");
            assert.deepEqual(
              broken.map(({ rule, because }) => `${rule.id}: ${because}`),
              [],
            );
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  for (const [name, file, text, expected] of [
    ["a bomb of aliases", "t.yaml", bomb(), /anchors are expanded|deeper/],
    ["an anchor in itself", "t.yaml", "Resources: &a\n  A: { Type: A::B::C, Properties: *a }\n", /itself|not defined/],
    ["deep nesting", "t.json", `{"Resources":${"[".repeat(5_000)}`, /deeper/],
    ["deep nesting in HCL", "main.tf", `a = ${"[".repeat(5_000)}`, /deeper/],
    ["a text that does not end", "main.tf", 'a = "${"${"${', /does not end/],
  ] as const) {
    it(`answers ${name} with a clear problem`, async () => {
      const { problems } = await checkText(file, text);
      assert.ok(
        problems.some(({ message }) => expected.test(message)),
        JSON.stringify(problems.slice(0, 3)),
      );
    });
  }

  it("ends loops inside loops within their budget", async () => {
    const list = `[${Array.from({ length: 900 }, (_, index) => index).join(",")}]`;
    const text = `locals {\n  l = ${list}\n  x = [for a in local.l : [for b in local.l : [for c in local.l : c]]]\n}\nresource "aws_sqs_queue" "q" {\n  tags = { n = length(local.x) }\n}\n`;
    const { units } = await checkText("main.tf", text);
    assert.equal(units.length, 1);
  });

  it("takes names that are hostile as names", async () => {
    const names = ["__proto__", "constructor", "toString", "a\u202Eb", "<script>", "x".repeat(10_000)];
    const resources = Object.fromEntries(
      names.map((name) => [name, { Type: "AWS::S3::Bucket", Properties: { [name]: name } }]),
    );
    const text = JSON.stringify({ Resources: resources }).replace(
      '{"Resources":{',
      '{"Resources":{"__proto__":{"Type":"AWS::S3::Bucket"},',
    );
    const { units } = await checkText("t.json", text);
    assert.ok((units[0]?.findings.length ?? 0) > 0);
    assert.equal(({} as { Type?: unknown }).Type, undefined);
  });
});

function bomb(): string {
  const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
  for (let level = 1; level < 12; level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(",")}]`);
  return `${lines.join("\n")}\nResources: { A: { Type: A::B::C, Properties: { P: *a11 } } }\n`;
}
