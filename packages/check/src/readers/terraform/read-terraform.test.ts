import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Graph } from "../../graph/graph.ts";
import { toPlain } from "../../graph/plain-value.ts";
import { SourceText } from "../../source/source-text.ts";
import { readUnit } from "../read-unit.ts";
import { readTerraform } from "./read-terraform.ts";

function read(
  text: string,
  others: Readonly<Record<string, string>> = {},
  parameters: Readonly<Record<string, string>> = {},
): Graph {
  const files = {
    read: (path: string) => others[path],
    list: (folder: string) => Object.keys(others).filter((path) => path.slice(0, path.lastIndexOf("/")) === folder),
  };
  const { resources, problems } = readTerraform([new SourceText("main.tf", text)], "", { parameters, files });
  return new Graph({ resources, problems });
}

describe("Terraform", () => {
  it("goes over the instances of another resource", () => {
    const graph = read(`
resource "aws_s3_bucket" "all" {
  for_each = toset(["labs", "images"])
  bucket   = each.key
}
resource "aws_s3_bucket_versioning" "all" {
  for_each = aws_s3_bucket.all
  bucket   = each.value.id
  versioning_configuration {
    status = each.key == "labs" ? "Enabled" : "Suspended"
  }
}`);
    const statuses = graph.ofType("AWS::S3::Bucket").map((one) => one.at("VersioningConfiguration.Status").text());
    assert.deepEqual(new Set(statuses), new Set(["Enabled", "Suspended"]));
    assert.equal(statuses.length, 2);
  });

  it("evaluates variables, locals, functions, loops and templates", () => {
    const graph = read(`
variable "stage" { default = "prod" }
locals {
  names = [for name in ["a", "b"] : upper(name) if name != "b"]
  tags  = merge({ stage = var.stage }, { team = "core" })
}
resource "aws_sqs_queue" "q" {
  for_each = toset(["orders", "results"])
  name     = "\${var.stage}-\${each.key}\${var.stage == "prod" ? "-x" : ""}"
  tags     = local.tags
  kms_master_key_id = join("-", concat(local.names, ["z"]))
}
resource "aws_sns_topic" "t" {
  count = var.stage == "dev" ? 1 : 0
}`);
    assert.deepEqual(graph.problems, []);
    assert.deepEqual(
      graph.ofType("AWS::SQS::Queue").map(({ id }) => id),
      ['aws_sqs_queue.q["orders"]', 'aws_sqs_queue.q["results"]'],
    );
    const [queue] = graph.ofType("AWS::SQS::Queue");
    assert.deepEqual(JSON.parse(JSON.stringify(queue && toPlain(queue.properties))), {
      QueueName: "prod-orders-x",
      Tags: { stage: "prod", team: "core" },
      KmsMasterKeyId: "A-z",
    });
    assert.deepEqual(graph.ofType("AWS::SNS::Topic"), []);
  });

  it("puts the parts of a bucket together, and knows what is said of a bucket elsewhere", () => {
    const graph = read(`
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_versioning" "v" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_public_access_block" "elsewhere" {
  bucket            = "another"
  block_public_acls = true
}`);
    const bucket = graph.resource("aws_s3_bucket.b");
    assert.equal(bucket?.at("VersioningConfiguration.Status").text(), "Enabled");
    const other = graph.resource("aws_s3_bucket_public_access_block.elsewhere");
    assert.equal(other?.at("PublicAccessBlockConfiguration.BlockPublicAcls").isTrue().outcome, "pass");
    assert.equal(other?.at("VersioningConfiguration.Status").equals("Enabled").outcome, "unknown");
  });

  it("keeps each target of an event rule, each setting of a stage and each source of a security group apart", () => {
    const graph = read(`
resource "aws_cloudwatch_event_rule" "r" {}
resource "aws_cloudwatch_event_target" "one" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = "first"
}
resource "aws_cloudwatch_event_target" "two" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = "second"
  dead_letter_config { arn = "q" }
}
resource "aws_api_gateway_stage" "s" { stage_name = "live" }
resource "aws_api_gateway_method_settings" "m" {
  stage_name  = aws_api_gateway_stage.s.stage_name
  method_path = "*/*"
  settings { logging_level = "ERROR" }
}
resource "aws_security_group" "g" {
  ingress {
    protocol        = "tcp"
    cidr_blocks     = ["10.0.0.0/8"]
    security_groups = ["sg-1"]
  }
}`);
    const plain = (id: string, path: string): unknown => {
      const property = graph.resource(id)?.at(path);
      return property && JSON.parse(JSON.stringify(toPlain(property.value)));
    };
    assert.deepEqual(plain("aws_cloudwatch_event_rule.r", "Targets"), [
      { Arn: "first" },
      { Arn: "second", DeadLetterConfig: [{ Arn: "q" }] },
    ]);
    assert.deepEqual(plain("aws_api_gateway_stage.s", "MethodSettings"), [
      { MethodPath: "*/*", LoggingLevel: "ERROR" },
    ]);
    assert.deepEqual(plain("aws_security_group.g", "SecurityGroupIngress"), [
      { IpProtocol: "tcp", CidrIp: "10.0.0.0/8" },
      { IpProtocol: "tcp", SourceSecurityGroupId: "sg-1" },
    ]);
  });

  it("reads modules on disk with what they are given", () => {
    const graph = read(
      `
module "store" {
  source = "./store"
  name   = "records"
}
resource "aws_sns_topic" "t" {
  kms_master_key_id = module.store.key
}`,
      {
        "store/main.tf": `
variable "name" {}
resource "aws_kms_key" "k" {}
resource "aws_sqs_queue" "q" { name = var.name }
output "key" { value = aws_kms_key.k.arn }`,
      },
    );
    assert.equal(graph.resource("module.store.aws_sqs_queue.q")?.at("QueueName").text(), "records");
    assert.deepEqual(
      [...(graph.resource("aws_sns_topic.t")?.at("KmsMasterKeyId").references() ?? [])],
      ["module.store.aws_kms_key.k"],
    );
  });

  it("leaves a variable without a default open, and takes a given one", () => {
    const text = `variable "key" {}\nresource "aws_sqs_queue" "q" { kms_master_key_id = var.key }`;
    const question = (graph: Graph) => graph.resource("aws_sqs_queue.q")?.at("KmsMasterKeyId").equals("alias/aws/sqs");
    assert.match(question(read(text))?.because ?? "", /variable key, which has no default/);
    assert.equal(question(read(text, {}, { key: "alias/aws/sqs" }))?.outcome, "pass");
  });

  it("says where a file is broken and judges the rest", () => {
    const graph = read(`resource "aws_sqs_queue" "bad" {\n  name = \n}\nresource "aws_sns_topic" "t" {}\n`);
    assert.equal(graph.problems.length, 1);
    assert.equal(graph.problems[0]?.message, "a value was expected");
    assert.ok(graph.resource("aws_sns_topic.t"));
  });

  it("takes what is known only after apply from a plan as the reference that it is", async () => {
    const plan = {
      terraform_version: "1.9.0",
      planned_values: {
        root_module: {
          resources: [
            { address: "aws_s3_bucket.b", mode: "managed", type: "aws_s3_bucket", values: { bucket: "records" } },
            {
              address: "aws_s3_bucket_versioning.v",
              mode: "managed",
              type: "aws_s3_bucket_versioning",
              values: { versioning_configuration: [{ status: "Enabled" }] },
            },
            { address: "aws_sqs_queue.q", mode: "managed", type: "aws_sqs_queue", values: {} },
          ],
        },
      },
      resource_changes: [
        { address: "aws_s3_bucket_versioning.v", change: { after_unknown: { bucket: true } } },
        { address: "aws_sqs_queue.q", change: { after_unknown: { kms_master_key_id: true } } },
      ],
      configuration: {
        root_module: {
          resources: [
            {
              address: "aws_s3_bucket_versioning.v",
              expressions: { bucket: { references: ["aws_s3_bucket.b.id", "aws_s3_bucket.b"] } },
            },
          ],
        },
      },
    };
    const files = { read: () => undefined, list: () => [] };
    const unit = await readUnit("plan.json", JSON.stringify(plan), { parameters: {}, files });
    assert.equal(unit?.format, "terraform-plan");
    assert.equal(unit.graph.resource("aws_s3_bucket.b")?.at("VersioningConfiguration.Status").text(), "Enabled");
    assert.match(unit.graph.resource("aws_sqs_queue.q")?.at("KmsMasterKeyId").equals("x").because ?? "", /after apply/);
  });

  const CALL = `
resource "aws_subnet" "a" {}
module "api" {
  source     = "terraform-aws-modules/lambda/aws"
  version    = "7.20.1"
  subnet_ids = [aws_subnet.a.id]
}
resource "aws_sqs_queue" "q" { kms_master_key_id = module.api.key_arn }`;

  it("keeps a module that is elsewhere as a resource with what it is given, and says that the rest is open", () => {
    const graph = read(CALL);
    const module = graph.resource("module.api");
    assert.equal(module?.type, "Terraform::module");
    assert.match(module.properties.open ?? "", /terraform-aws-modules\/lambda\/aws makes, which is not on disk/);
    assert.deepEqual([...module.at("SubnetIds").references()], ["aws_subnet.a"]);
    assert.ok(graph.edges.some(({ from, to }) => from === "module.api" && to === "aws_subnet.a"));
    const key = graph.resource("aws_sqs_queue.q")?.at("KmsMasterKeyId");
    assert.match(
      key?.undecided().because ?? "",
      /what module api gives as key_arn, whose source terraform-aws-modules/,
    );
  });

  it("reads such a module where terraform init fetched it, and one that it calls", () => {
    const graph = read(CALL, {
      ".terraform/modules/modules.json": JSON.stringify({
        Modules: [
          { Key: "", Source: "", Dir: "." },
          {
            Key: "api",
            Source: "registry.terraform.io/terraform-aws-modules/lambda/aws",
            Dir: ".terraform/modules/api",
          },
          { Key: "api.key", Source: "registry.terraform.io/a/b/c", Dir: ".terraform/modules/api.key" },
        ],
      }),
      ".terraform/modules/api/main.tf": `module "key" { source = "a/b/c" }\noutput "key_arn" { value = module.key.arn }`,
      ".terraform/modules/api.key/main.tf": `resource "aws_kms_key" "k" {}\noutput "arn" { value = aws_kms_key.k.arn }`,
    });
    assert.equal(graph.resource("module.api"), undefined);
    const key = graph.resource("aws_sqs_queue.q")?.at("KmsMasterKeyId").value;
    assert.equal(key?.kind === "reference" && key.resource, "module.api.module.key.aws_kms_key.k");
  });
});
