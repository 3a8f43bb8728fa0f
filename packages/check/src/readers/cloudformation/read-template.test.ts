import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toPlain } from "../../graph/plain-value.ts";
import type { Resource } from "../../graph/resource.ts";
import { parseText } from "../../source/parse-text.ts";
import { positionOf } from "../../source/source-text.ts";
import { readTemplate } from "./read-template.ts";

async function read(
  text: string,
  parameters: Readonly<Record<string, string>> = {},
  others: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, Resource>> {
  const [document] = parseText("app/template.yaml", text);
  assert.ok(document?.root);
  const files = { read: (path: string) => others[path], list: () => [] };
  const { resources } = await readTemplate(document.source, document.root, { parameters, files });
  return new Map(resources.map((resource) => [resource.id, resource]));
}

async function properties(text: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const thing = (await read(text, parameters)).get("Thing");
  assert.ok(thing);
  return JSON.parse(JSON.stringify(toPlain(thing.properties)));
}

describe("a CloudFormation template", () => {
  it("resolves parameters, mappings, conditions and functions as far as they are known", async () => {
    const made = await properties(
      `
Parameters:
  Stage: { Type: String, Default: prod }
  Zones: { Type: CommaDelimitedList, Default: "a, b" }
Mappings:
  Sizes: { prod: { memory: 512 }, dev: { memory: 128 } }
Conditions:
  IsProd: !And [!Equals [!Ref Stage, prod], !Not [!Equals [!Ref Stage, dev]]]
Resources:
  Thing:
    Type: A::B::C
    Properties:
      Name: !Sub "\${Stage}-records-\${!literal}"
      Memory: !FindInMap [Sizes, !Ref Stage, memory]
      Kept: !If [IsProd, Retain, !Ref AWS::NoValue]
      Dropped: !If [IsProd, !Ref AWS::NoValue, x]
      Joined: !Join ["-", [a, !Select [1, !Ref Zones], !Select [0, !Split [".", c.d]]]]
      Blocks: !Cidr [10.0.0.0/16, 2, 8]
      Long: { "Fn::Sub": ["\${x}!", { x: !Ref Stage }] }
`,
    );
    assert.deepEqual(made, {
      Name: "prod-records-${literal}",
      Memory: 512,
      Kept: "Retain",
      Joined: "a-b-c",
      Blocks: ["10.0.0.0/24", "10.0.1.0/24"],
      Long: "prod!",
    });
  });

  it("takes given parameters before defaults", async () => {
    const text = `
Parameters: { Size: { Type: Number, Default: 1 } }
Resources: { Thing: { Type: A::B::C, Properties: { Size: !Ref Size } } }`;
    assert.deepEqual(await properties(text), { Size: 1 });
    assert.deepEqual(await properties(text, { Size: "7" }), { Size: "7" });
  });

  it("says on what an open value depends, and asks both ways of an open condition", async () => {
    const thing = (
      await read(`
Parameters: { Key: { Type: String }, Mode: { Type: String, AllowedValues: ["on", "off"] } }
Conditions: { IsOn: !Equals [!Ref Mode, "on"] }
Resources:
  Thing:
    Type: A::B::C
    Properties:
      Key: !Ref Key
      Same: !If [IsOn, { Enabled: true }, { Enabled: true }]
      Other: !If [IsOn, { Enabled: true }, !Ref AWS::NoValue]`)
    ).get("Thing");
    assert.ok(thing);
    assert.deepEqual(
      { ...thing.at("Key").equals("x"), spot: undefined },
      { outcome: "unknown", because: "Key depends on parameter Key, which has no default", spot: undefined },
    );
    assert.equal(thing.at("Key").exists().outcome, "pass");
    assert.equal(thing.at("Same.Enabled").isTrue().outcome, "pass");
    assert.equal(thing.at("Other.Enabled").isTrue().outcome, "unknown");
  });

  it("leaves out resources whose condition is false, and keeps those whose condition is open", async () => {
    const made = await read(`
Parameters: { Open: { Type: String } }
Conditions: { Never: !Equals [a, b], Maybe: !Equals [!Ref Open, x], Loop: !Condition Loop }
Resources:
  One: { Type: A::B::C, Condition: Never }
  Two: { Type: A::B::C, Condition: Maybe }
  Three: { Type: A::B::C, Condition: Loop }`);
    assert.equal(made.get("One"), undefined);
    assert.match(made.get("Two")?.onlyIf ?? "", /Open/);
    assert.match(made.get("Three")?.onlyIf ?? "", /itself/);
  });

  it("unrolls Fn::ForEach", async () => {
    const made = await read(`
Transform: AWS::LanguageExtensions
Resources:
  "Fn::ForEach::Queues":
    - Name
    - [Orders, Results]
    - "Queue\${Name}": { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "q-\${Name}", Tag: !Ref Name } }`);
    assert.equal(made.get("QueueResults")?.at("QueueName").text(), "q-Results");
    assert.equal(made.get("QueueOrders")?.at("Tag").text(), "Orders");
  });

  it("points to the line and column of the property", async () => {
    const thing = (await read("Resources:\n  Thing:\n    Type: A::B::C\n    Properties:\n      Name: x\n")).get(
      "Thing",
    );
    assert.ok(thing);
    assert.deepEqual(positionOf(thing.at("Name").spot), { file: "app/template.yaml", line: 5, column: 7 });
    assert.equal(positionOf(thing.at("Missing").spot).line, 4);
  });

  it("reads nested stacks on disk, hands them parameters and takes their outputs", async () => {
    const made = await read(
      `
Resources:
  Child: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ./child.yaml, Parameters: { Name: records } } }
  Thing: { Type: A::B::C, Properties: { Bucket: !GetAtt Child.Outputs.Bucket } }`,
      {},
      {
        "app/child.yaml": `
Parameters: { Name: { Type: String } }
Resources: { Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref Name } } }
Outputs: { Bucket: { Value: !Ref Bucket } }`,
      },
    );
    assert.equal(made.get("Child/Bucket")?.at("BucketName").text(), "records");
    assert.deepEqual([...(made.get("Thing")?.at("Bucket").references() ?? [])], ["Child/Bucket"]);
  });
});

describe("a SAM template", () => {
  it("makes of a function what SAM makes: its role, its API, its permissions", async () => {
    const made = await read(`
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs22.x, Environment: { Variables: { A: "1" } } } }
Resources:
  Records: { Type: AWS::Serverless::SimpleTable }
  Read:
    Type: AWS::Serverless::Function
    Properties:
      Environment: { Variables: { B: "2" } }
      Tracing: Active
      Policies: [AWSLambdaBasicExecutionRole, { DynamoDBReadPolicy: { TableName: !Ref Records } }]
      Events:
        Get: { Type: Api, Properties: { Path: /records, Method: get } }
        Queue: { Type: SQS, Properties: { Queue: !GetAtt Inbox.Arn } }
  Inbox: { Type: AWS::SQS::Queue }`);
    const fn = made.get("Read");
    assert.equal(fn?.type, "AWS::Lambda::Function");
    assert.equal(fn.at("Runtime").text(), "nodejs22.x");
    assert.deepEqual(
      fn
        .at("Environment.Variables")
        .entries()
        .map(([name]) => name),
      ["A", "B"],
    );
    assert.equal(made.get("ReadRole")?.type, "AWS::IAM::Role");
    assert.ok(made.get("ReadRole")?.whole.references().has("Records"));
    assert.equal(made.get("ReadGetMethod")?.at("AuthorizationType").text(), "NONE");
    assert.equal(made.get("ServerlessRestApi")?.type, "AWS::ApiGateway::RestApi");
    assert.deepEqual([...(made.get("ReadQueue")?.at("EventSourceArn").references() ?? [])], ["Inbox"]);
    assert.equal(made.get("Records")?.type, "AWS::DynamoDB::Table");
  });

  it("knows the authorizer that holds for a route", async () => {
    const made = await read(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties: { StageName: prod, Auth: { DefaultAuthorizer: Pool, Authorizers: { Pool: { UserPoolArn: arn } } } }
  Read:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Get: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /a, Method: get } }
        Open: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /b, Method: get, Auth: { Authorizer: NONE } } }`);
    assert.equal(made.get("ReadGetMethod")?.at("AuthorizationType").text(), "COGNITO_USER_POOLS");
    assert.equal(made.get("ReadOpenMethod")?.at("AuthorizationType").text(), "NONE");
  });

  it("puts in the resources that a file beside it holds, each at its own line, under the template's conditions", async () => {
    const text = `
Parameters: { Stage: { Type: String, Default: dev } }
Conditions: { IsProd: !Equals [!Ref Stage, prod] }
Resources:
  Fn::Transform: { Name: AWS::Include, Parameters: { Location: ./queues.yaml } }
  Own: { Type: AWS::SQS::Queue }`;
    const queues = `Orders:\n  Type: AWS::SQS::Queue\n  Properties: { QueueName: !Sub "\${Stage}-orders" }
Never: { Type: AWS::SQS::Queue, Condition: IsProd }\n`;
    const resources = await read(text, {}, { "app/queues.yaml": queues });
    const orders = resources.get("Orders");
    assert.deepEqual(orders && positionOf(orders.spot), { file: "app/queues.yaml", line: 1, column: 1 });
    assert.equal(orders?.at("QueueName").text(), "dev-orders");
    assert.ok(resources.has("Own") && !resources.has("Never"));
  });

  it("keeps what is included from elsewhere, or made by a macro, as a resource of which nothing is known", async () => {
    const text = `
Transform: [AWS::Serverless-2016-10-31, Company::Defaults]
Resources:
  Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://templates/queues.yaml } }
  Own: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }`;
    const resources = [...(await read(text)).values()];
    const open = resources.filter(({ type }) => type === "Ward::Included").map(({ properties }) => properties.open);
    assert.deepEqual(open, [
      "what AWS::Include puts there from s3://templates/queues.yaml",
      "what Company::Defaults makes of the template",
    ]);
  });
});
