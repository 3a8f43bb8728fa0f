import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { check, checkText, type CheckResult } from "../../check.ts";
import { writtenResidency } from "./written-residency.ts";

function saidOf({ units }: CheckResult): readonly (readonly [name: string, kind: string])[] {
  return units
    .flatMap(({ findings }) => findings)
    .filter(({ rule }) => rule.id === "region-is-on-the-residency-list")
    .map(({ resource, kind }) => [resource.name, kind] as const);
}

const residency = ["DE", "eu-west-1"];

describe("regions against the app's residency list", () => {
  it("are asked of nobody who has no list", async () => {
    const text =
      "Resources: { Q: { Type: AWS::DynamoDB::GlobalTable, Properties: { Replicas: [{ Region: us-east-1 }] } } }";
    assert.deepEqual(saidOf(await checkText("template.yaml", text)), []);
  });

  it("are found where the stack lies, in settings, stack sets, ARNs and host names, and not in CloudFront's certificates", async () => {
    const text = `Resources:
  Set: { Type: AWS::CloudFormation::StackSet, Properties: { StackInstancesGroup: [{ Regions: [eu-central-1, us-west-2] }] } }
  Rule: { Type: AWS::Events::Rule, Properties: { Targets: [{ Arn: "arn:aws:events:ap-south-1:111122223333:event-bus/x" }] } }
  Hook: { Type: AWS::SNS::Subscription, Properties: { Endpoint: https://sqs.us-east-2.amazonaws.com/1/q } }
  Site: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { ViewerCertificate: { AcmCertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/c" } } } }
  Own: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [!Sub "arn:aws:sqs:\${AWS::Region}:111122223333:q"] } }
`;
    const said = async (region?: string) =>
      saidOf(await checkText("template.yaml", text, { residency, ...(region === undefined ? {} : { region }) }));
    const elsewhere = [
      ["Set, StackInstancesGroup[0].Regions[0]", "pass"],
      ["Set, StackInstancesGroup[0].Regions[1]", "fail"],
      ["Rule, Targets[0].Arn", "fail"],
      ["Hook, Endpoint", "fail"],
    ];
    assert.deepEqual(await said(), [["the deployment's region", "unknown"], ...elsewhere]);
    assert.deepEqual(await said("eu-west-1"), [["the deployment's region", "pass"], ...elsewhere]);
    assert.deepEqual((await said("us-east-1"))[0], ["the deployment's region", "fail"]);
  });

  it("do not guess the country of a region that is not known, nor the default of a mapping that stays open", async () => {
    const text = `Parameters: { Where: { Type: String, AllowedValues: [eu-central-1, us-east-1] } }
Resources:
  A: { Type: AWS::SecretsManager::Secret, Properties: { ReplicaRegions: [{ Region: eu-nowhere-9 }, { Region: !Ref Where }] } }`;
    const said = saidOf(await checkText("template.yaml", text, { residency: ["DE"], region: "eu-central-1" }));
    assert.deepEqual(
      said.map(([, kind]) => kind),
      ["pass", "unknown", "unknown"],
    );
  });

  it("are read from Terraform's providers, the other ones too", async () => {
    const text = `provider "aws" {
  alias  = "far"
  region = "us-west-1"
}
provider "aws" {
  region = "eu-central-1"
}
resource "aws_sqs_queue" "q" {}
`;
    assert.deepEqual(saidOf(await checkText("main.tf", text, { residency })), [
      ["the deployment's region", "pass"],
      ["provider.aws.far, Region", "fail"],
    ]);
  });

  it("are held against the list of the ward.config.ts beside the templates", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "ward-residency-"));
    try {
      writeFileSync(join(cwd, "ward.config.ts"), `export default app({\n  name: "x",\n  residency: ["DE"],\n});\n`);
      writeFileSync(join(cwd, "template.yaml"), "Resources: { Q: { Type: AWS::SQS::Queue } }\n");
      const kinds = async (region: string, own?: readonly string[]) =>
        saidOf(await check({ targets: ["."], cwd, region, ...(own ? { residency: own } : {}) })).map(
          ([, kind]) => kind,
        );
      assert.deepEqual(await kinds("eu-central-1"), ["pass"]);
      assert.deepEqual(await kinds("us-east-1"), ["fail"]);
      assert.deepEqual(await kinds("us-east-1", ["US"]), ["pass"]);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });

  it("are taken from a config's text only where they are written out", () => {
    assert.deepEqual(writtenResidency(`x({\n  residency: ["US", 'eu-west-1'],\n})`), ["US", "eu-west-1"]);
    assert.equal(writtenResidency("  residency: regions,\n"), undefined);
    assert.equal(writtenResidency("  residency: [],\n"), undefined);
    assert.equal(writtenResidency(undefined), undefined);
  });
});
