import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readUnits } from "../read-unit.ts";
import type { FileReader } from "../reading.ts";

const HASH = "8e488aab2b92eae2c75a05f19db92fe70520f384e47bec952026f511cc71ad32";
const FILES: Readonly<Record<string, unknown>> = {
  "cdk.out/manifest.json": {
    version: "55.0.0",
    artifacts: {
      "Clinic.assets": { type: "cdk:asset-manifest", properties: { file: "Clinic.assets.json" } },
      Clinic: {
        type: "aws:cloudformation:stack",
        environment: "aws://123456789012/eu-central-1",
        properties: { templateFile: "Clinic.template.json" },
        additionalMetadataFile: "Clinic.metadata.json",
      },
      Tree: { type: "cdk:tree", properties: { file: "tree.json" } },
    },
  },
  "cdk.out/Clinic.assets.json": {
    version: "55.0.0",
    files: { [HASH]: { source: { path: "ClinicInner.nested.template.json", packaging: "file" } } },
  },
  "cdk.out/Clinic.metadata.json": {
    "/Clinic": [{ type: "aws:cdk:templateFile", data: "Clinic.template.json" }],
    "/Clinic/Records/Resource": [
      { type: "aws:cdk:logicalId", data: "Records091F6ECA" },
      {
        type: "aws:cdk:creationStack",
        data: [
          "...new Bucket2 in aws-cdk-lib...",
          "at new Base (/app/node_modules/base/lib/base.js:7:3)",
          "file:///app/lib/clinic.ts:6 (:)",
          "...node internals...",
        ],
      },
    ],
    "/Clinic/Inner": [{ type: "aws:cdk:templateFile", data: "ClinicInner.nested.template.json" }],
    "/Clinic/Inner/Visits/Resource": [{ type: "aws:cdk:logicalId", data: "Visits1" }],
  },
  "cdk.out/Clinic.template.json": {
    Resources: {
      Records091F6ECA: {
        Type: "AWS::S3::Bucket",
        Properties: { Tags: [{ Key: "region", Value: { Ref: "AWS::Region" } }] },
      },
      Inner: {
        Type: "AWS::CloudFormation::Stack",
        Properties: {
          TemplateURL: { "Fn::Join": ["", ["https://s3.", { Ref: "AWS::AccountId" }, `/assets/${HASH}.json`]] },
        },
      },
    },
  },
  "cdk.out/ClinicInner.nested.template.json": { Resources: { Visits1: { Type: "AWS::SQS::Queue" } } },
};

describe("a CDK app's output", () => {
  it("is one unit a stack, with its nested stacks inside", async () => {
    const units = await readUnits(Object.keys(FILES), { parameters: {}, files: reader(FILES) });
    assert.deepEqual(
      units.map(({ file }) => file),
      ["cdk.out/Clinic.template.json"],
    );
    const ids = units[0]?.graph.resources.filter(({ type }) => type.startsWith("AWS::")).map(({ id }) => id);
    assert.deepEqual(ids, ["Records091F6ECA", "Inner", "Inner/Visits1"]);
    assert.deepEqual(units[0]?.graph.problems, []);
  });

  it("names resources by their constructs and the line of the app that made them, not of a library", async () => {
    const [unit] = await readUnits(Object.keys(FILES), { parameters: {}, files: reader(FILES) });
    assert.equal(unit?.graph.resource("Records091F6ECA")?.name, "Clinic/Records/Resource (/app/lib/clinic.ts:6)");
    assert.equal(unit.graph.resource("Inner/Visits1")?.name, "Clinic/Inner/Visits/Resource");
  });

  it("knows the region that a stack goes to, unless another was given", async () => {
    const tag = async (region?: string) => {
      const options = { parameters: {}, files: reader(FILES), ...(region === undefined ? {} : { region }) };
      const [unit] = await readUnits(Object.keys(FILES), options);
      return unit?.graph.resource("Records091F6ECA")?.tag("region")?.text();
    };
    assert.equal(await tag(), "eu-central-1");
    assert.equal(await tag("us-east-1"), "us-east-1");
  });

  it("is judged by its templates alone where its manifest is broken or leads elsewhere", async () => {
    for (const manifest of [
      "{",
      "[]",
      '{"artifacts":{"__proto__":null,"a":7,"b":{"type":"aws:cloudformation:stack"}}}',
      '{"artifacts":{"a":{"type":"cdk:asset-manifest","properties":{"file":"../../../etc/passwd"}}}}',
    ]) {
      const files = { ...FILES, "cdk.out/manifest.json": manifest };
      const units = await readUnits(Object.keys(files), { parameters: {}, files: reader(files) });
      assert.ok(
        units.some(({ graph }) => graph.resource("Records091F6ECA") !== undefined),
        manifest,
      );
    }
  });
});

function reader(files: Readonly<Record<string, unknown>>): FileReader {
  return {
    read: (path) => {
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      return typeof file === "string" || file === undefined ? file : JSON.stringify(file);
    },
    list: () => [],
  };
}
