import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { codeProjectOf } from "../../../code/code-project.ts";
import { memoryFiles } from "../../../code/testing/memory-files.ts";
import { readUnits } from "../../../readers/read-unit.ts";
import { mergePatches, patched, unifiedDiff } from "../../patch.ts";
import { judgeUnit } from "../privilege.ts";
import { examplesIn } from "../testing/examples.ts";

const EXAMPLES = examplesIn(
  readFileSync(new URL("../../../../../../conformance/check/privilege/frameworks.md", import.meta.url), "utf8"),
);

async function judged(files: Readonly<Record<string, string>>) {
  const reader = memoryFiles(files);
  const [unit] = await readUnits(
    reader.paths.filter((path) => /\.(ya?ml|json|tf)$/.test(path)),
    { parameters: {}, files: reader },
  );
  assert.ok(unit);
  return judgeUnit(
    unit,
    { files: reader, options: { now: new Date(0), wantsPatches: true } },
    await codeProjectOf(reader),
  );
}

describe("the fix of a role", () => {
  for (const { title, files, fixed } of EXAMPLES.filter((example) => Object.keys(example.fixed).length > 0)) {
    it(`leaves nothing to say of ${title}`, async () => {
      const again = await judged({ ...files, ...fixed });
      assert.deepEqual(
        again.findings.filter(
          ({ kind, rule }) => kind === "fail" && rule.id !== "function-calls-can-be-read-from-its-code",
        ),
        [],
      );
      assert.deepEqual(again.patches, []);
    });
  }

  it("is a diff that keeps comments and everything else", async () => {
    const example = EXAMPLES.find(({ title }) => title.startsWith("SAM: policy templates"));
    assert.ok(example);
    const [patch, ...others] = mergePatches((await judged(example.files)).patches);
    assert.ok(patch);
    assert.deepEqual(others, []);
    const text = patched(patch);
    assert.match(text, /TABLE: !Ref Visits # filled by the stack/);
    assert.match(unifiedDiff(patch), /^-        - DynamoDBCrudPolicy:$/m);
    assert.doesNotThrow(() => {
      parse(text, { logLevel: "silent" });
    });
  });

  it("is shown in the words of a CDK app, which is not changed", async () => {
    const example = EXAMPLES.find(({ title }) => title.startsWith("CDK: a table with a key"));
    assert.ok(example);
    const { findings, patches } = await judged(example.files);
    assert.deepEqual(patches, []);
    const [finding] = findings.filter(({ kind }) => kind === "fail");
    assert.equal(
      finding?.mend,
      [
        "save.addToRolePolicy(new iam.PolicyStatement({",
        '  sid: "DynamoDBVisits54D6E3B3",',
        '  actions: ["dynamodb:PutItem"],',
        "  resources: [visits.tableArn],",
        "}));",
        "save.addToRolePolicy(new iam.PolicyStatement({",
        '  sid: "KMSKey961B73FD",',
        '  actions: ["kms:Decrypt"],',
        "  resources: [key.keyArn],",
        "}));",
        "save.addToRolePolicy(new iam.PolicyStatement({",
        '  sid: "S3Reports4F3C1A27",',
        '  actions: ["s3:PutObject"],',
        "  resources: [`${reports.bucketArn}/*`],",
        "}));",
      ].join("\n"),
    );
  });

  it("is not proposed where something that was not seen may need more", async () => {
    const { findings, patches } = await judged({
      "template.yaml": `
Transform: AWS::Serverless-2016-10-31
Resources:
  Save:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, CodeUri: src/, Handler: save.handler, Policies: [AmazonS3FullAccess] }
`,
      "src/save.js": `exports.handler = async (event) => require(event.module).run(eval(event.code));`,
    });
    assert.deepEqual(patches, []);
    assert.ok(
      findings.every(({ kind }) => kind !== "fail"),
      "what was not seen is no excess",
    );
  });
});
