import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { check } from "../check.ts";
import { loadAllFacts } from "../all-facts.ts";
import { DECIDING_FACTS } from "./exposure.ts";
import { makeTopology } from "./make-topology.ts";
import { inputOf, topologyOf } from "./testing/topology-of.ts";

const TEMPLATES = new URL("../../../../conformance/check/templates/", import.meta.url);
const TABLE = `{ Type: AWS::DynamoDB::Table, Properties: { Tags: [{ Key: data-class, Value: phi }] } }`;

function role(action: string, resource: string): string {
  return `{ Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: Allow, Action: "${action}", Resource: ${resource} }] } }] } }`;
}

describe("a topology", () => {
  it("has every resource of every template exactly once, and edges between its own boxes only", async () => {
    const cwd = new URL(".", TEMPLATES).pathname;
    const files = readdirSync(cwd, { recursive: true, encoding: "utf8" }).filter((file) => /\.(yaml|json)$/.test(file));
    assert.ok(files.length > 30);
    const input = inputOf(await check({ targets: ["."], cwd }));
    const { nodes, edges, inventory } = makeTopology(input);
    const units = input.units.filter(({ unit }) => unit.graph.resources.length > 0);
    const wanted = units.flatMap(({ unit }, index) => unit.graph.resources.map(({ id }) => `${index} ${id}`));
    assert.deepEqual(
      inventory.map(({ unit, id }) => `${unit} ${id}`),
      wanted,
    );
    const ids = new Set(nodes.map(({ id }) => id));
    assert.equal(ids.size, nodes.length);
    for (const row of inventory) assert.ok(ids.has(row.node), row.id);
    for (const { from, to } of edges) assert.ok(ids.has(from) && ids.has(to) && from !== to);
    // A box stands for its own resource and those it tells of, and no other.
    const told = nodes.flatMap((node) =>
      node.resource === undefined ? [] : [node.resource, ...node.folded].map((id) => `${node.unit} ${id}`),
    );
    assert.deepEqual(told.toSorted(), wanted.toSorted());
  });

  it("tells of what serves a function with the function, also through others", async () => {
    const { node } = await topologyOf(`Resources:
  Save: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt SaveRole.Arn, FunctionName: save } }
  SaveRole: ${role("s3:GetObject", '"arn:aws:s3:::x/*"')}
  More: { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref SaveRole], PolicyDocument: { Statement: [] } } }
  Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /aws/lambda/save } }
  Filter: { Type: AWS::Logs::MetricFilter, Properties: { LogGroupName: !Ref Log } }
  Lonely: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /other } }
`).then((mapped) => ({ node: mapped.node.bind(mapped) }));
    assert.deepEqual(node("Save").folded.toSorted(), ["Filter", "Log", "More", "SaveRole"]);
    assert.equal(node("Lonely").boundary, "shared");
  });

  it("draws what a role grants, and what is beside the files: services, accounts, hosts", async () => {
    const mapped = await topologyOf(`Resources:
  Save: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt SaveRole.Arn, Environment: { Variables: { HOST: "https://user:secret@api.partner.example:8443/x?token=abc", SELF: "https://s3.amazonaws.com" } } } }
  SaveRole: ${role("dynamodb:PutItem", "!GetAtt Records.Arn")}
  Mail: { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref SaveRole], PolicyDocument: { Statement: { Effect: Allow, Action: ["ses:SendEmail", "logs:PutLogEvents"], Resource: "*" } } } }
  Records: ${TABLE}
  Bucket: { Type: AWS::S3::Bucket }
  Partner: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Bucket, PolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "arn:aws:iam::444455556666:root" }, Action: "s3:GetObject", Resource: "*" }] } } }
`);
    assert.deepEqual(mapped.arrows(), [
      "Save -call-> Records [writes]",
      "Save -egress-> E-mail (SES) [calls]",
      "Account 444455556666 -caller-> Bucket [is let in]",
      "Save -egress-> api.partner.example:8443 [sends]",
    ]);
    assert.ok(!JSON.stringify(mapped.topology.nodes).includes("secret@"), "a password in an address is not shown");
    assert.equal(mapped.node("Save").egress?.state, "anywhere");
  });

  it("knows a grant on everything of a service, on a name, and on the whole account", async () => {
    const mapped = await topologyOf(`Resources:
  A: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt RoleA.Arn } }
  RoleA: ${role("sqs:*", '"*"')}
  B: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt RoleB.Arn } }
  RoleB: ${role("sqs:SendMessage", '"arn:aws:sqs:eu-west-1:111122223333:first*"')}
  C: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt RoleC.Arn } }
  RoleC: ${role("*", '"*"')}
  First: { Type: AWS::SQS::Queue, Properties: { QueueName: first-queue } }
  Second: { Type: AWS::SQS::Queue, Properties: { QueueName: second-queue } }
`);
    assert.deepEqual(mapped.arrows(), [
      "A -call-> First [reads and writes]",
      "A -call-> Second [reads and writes]",
      "B -call-> First [calls]",
      "C -egress-> All of the AWS account [reads and writes]",
    ]);
  });

  it("says with one arrow that a queue starts a function, which must be allowed to read it", async () => {
    const mapped = await topologyOf(`Resources:
  Work: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt WorkRole.Arn } }
  WorkRole: ${role("sqs:ReceiveMessage", "!GetAtt Inbox.Arn")}
  Inbox: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt Lost.Arn } } }
  Lost: { Type: AWS::SQS::Queue }
  Join: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: !GetAtt Inbox.Arn, FunctionName: !Ref Work } }
`);
    assert.deepEqual(mapped.arrows(), ["Inbox -data-> Lost [what failed]", "Inbox -trigger-> Work [items]"]);
  });

  it("goes from a load balancer to what it balances, and not to networks, logs or roles that they share", async () => {
    const mapped = await topologyOf(`Resources:
  Vpc: { Type: AWS::EC2::VPC }
  Door: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internet-facing } }
  Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { LoadBalancerArn: !Ref Door, DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }] } }
  Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: { VpcId: !Ref Vpc } }
  Web: { Type: AWS::ECS::Service, Properties: { TaskDefinition: !Ref Task, LoadBalancers: [{ TargetGroupArn: !Ref Targets }] } }
  Task: { Type: AWS::ECS::TaskDefinition, Properties: { TaskRoleArn: !GetAtt Shared.Arn } }
  Work: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Shared.Arn } }
  Shared: ${role("sqs:SendMessage", "!GetAtt Inbox.Arn")}
  Inbox: { Type: AWS::SQS::Queue }
`);
    assert.deepEqual(mapped.arrows(), [
      "Door -trigger-> Web [requests]",
      "Web -call-> Inbox [calls]",
      "Work -call-> Inbox [calls]",
      "Anyone -caller-> Door [without sign-in]",
    ]);
    assert.deepEqual(mapped.node("Door").folded, ["Listener", "Targets"]);
    assert.equal(mapped.node("Web").folded.includes("Task"), true);
    assert.equal(mapped.node("Vpc").boundary, "shared");
  });

  it("lets anyone over the routes that ask nobody, and over no other", async () => {
    const api = (type: string, fn: string) =>
      `{ Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref Api, IntegrationUri: !GetAtt ${fn}.Arn, IntegrationType: ${type} } }`;
    const mapped = await topologyOf(`Resources:
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP } }
  Health: { Type: AWS::Lambda::Function }
  Read: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt ReadRole.Arn } }
  ReadRole: ${role("dynamodb:GetItem", "!GetAtt Records.Arn")}
  Records: ${TABLE}
  ToHealth: ${api("AWS_PROXY", "Health")}
  ToRead: ${api("AWS_PROXY", "Read")}
  OpenRoute: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: "GET /health", Target: !Sub "integrations/\${ToHealth}" } }
  SafeRoute: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: "GET /records", AuthorizationType: JWT, Target: !Sub "integrations/\${ToRead}" } }
`);
    assert.equal(mapped.node("Api").exposure.state, "public");
    assert.equal(mapped.node("Health").reachedBy, "anyone");
    assert.equal(mapped.node("Read").reachedBy, "identified");
    assert.deepEqual([mapped.topology.summary.openWaysToPhi, mapped.topology.summary.waysToPhi], [0, 1]);
    const onWay = mapped.topology.edges.filter(({ isOnWayToPhi }) => isOnWayToPhi).map(({ labels }) => labels.join());
    assert.deepEqual(onWay, ["GET /records", "reads", "without sign-in", "signed in"]);
  });

  it("spreads PHI from what is marked to who reads it, and says perhaps of what may be given it", async () => {
    const mapped = await topologyOf(`Resources:
  Read: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt ReadRole.Arn } }
  ReadRole: ${role("dynamodb:GetItem", "!GetAtt Records.Arn")}
  ToCopy: { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref ReadRole], PolicyDocument: { Statement: { Effect: Allow, Action: "s3:PutObject", Resource: [!Sub "\${Copy.Arn}/*", !Sub "\${Figures.Arn}/*"] } } } }
  Copy: { Type: AWS::S3::Bucket }
  Figures: { Type: AWS::S3::Bucket, Properties: { Tags: [{ Key: data-class, Value: internal }] } }
  Other: { Type: AWS::S3::Bucket }
  Records: ${TABLE}
`);
    const phi = (name: string) => [mapped.node(name).phi.state, mapped.node(name).phi.maybe];
    assert.deepEqual(phi("Records"), ["yes", false]);
    assert.deepEqual(phi("Read"), ["yes", false]);
    assert.deepEqual(phi("Copy"), ["unknown", true]);
    assert.deepEqual(phi("Figures"), ["no", false]);
    assert.deepEqual(phi("Other"), ["unknown", false]);
    assert.match(mapped.node("Read").phi.because, /gets PHI from Records/);
  });

  it("says perhaps of a store whose name suggests PHI and that no tag speaks of", async () => {
    const mapped = await topologyOf(
      "Resources:\n  PatientRecords: { Type: AWS::DynamoDB::Table }\n  Slots: { Type: AWS::DynamoDB::Table }\n",
    );
    const { state, maybe, because } = mapped.node("PatientRecords").phi;
    assert.deepEqual([state, maybe, because], ["unknown", true, "its name suggests it, and no tag says"]);
    assert.equal(mapped.node("Slots").phi.maybe, false);
  });

  it("takes what the code was seen to call", async () => {
    const reach = {
      reachOf: (_: unknown, id: string) =>
        id === "Read"
          ? { hosts: [{ host: "api.partner.example", hasPhi: true }], calls: [{ to: "Records", what: "GetItem" }] }
          : undefined,
    };
    const text = `Resources:\n  Read: { Type: AWS::Lambda::Function }\n  Records: ${TABLE}\n  Quiet: { Type: AWS::Lambda::Function }\n`;
    const mapped = await topologyOf(text, { reach });
    assert.deepEqual(mapped.arrows(), [
      "Read -egress-> api.partner.example [its code sends]",
      "Read -call-> Records [its code: GetItem]",
    ]);
    assert.deepEqual(mapped.topology.edges.map(({ phi }) => phi)[0], "yes");
  });

  it("counts findings with the box that tells of their resource; what is waived is excused", async () => {
    const waiver = `# ward:allow queue-is-encrypted reason="holds no PHI" owner=dana@clinic.example expires=2027-01-01`;
    const open = await topologyOf("Resources:\n  Inbox:\n    Type: AWS::SQS::Queue\n");
    const waived = await topologyOf(`Resources:\n  Inbox:\n    ${waiver}\n    Type: AWS::SQS::Queue\n`);
    const of = ({ verdict }: { verdict: { high: number; excused: number } }) => [verdict.high, verdict.excused];
    const [high = 0, excused] = of(open.node("Inbox"));
    assert.ok(high > 0 && excused === 0);
    assert.deepEqual(of(waived.node("Inbox")), [high - 1, 1]);
    assert.equal(
      waived.topology.inventory
        .find(({ id }) => id === "Inbox")
        ?.findings.find(({ rule }) => rule === "queue-is-encrypted")?.state,
      "waived",
    );
  });

  it("reads Terraform and Kubernetes as it reads CloudFormation", async () => {
    const terraform = await topologyOf(
      `resource "aws_sqs_queue" "inbox" {}
resource "aws_lambda_function" "work" {
  function_name = "work"
  role = aws_iam_role.work.arn
}
resource "aws_iam_role" "work" { assume_role_policy = "{}" }
resource "aws_lambda_event_source_mapping" "join" {
  event_source_arn = aws_sqs_queue.inbox.arn
  function_name = aws_lambda_function.work.arn
}
`,
      { file: "main.tf" },
    );
    assert.deepEqual(terraform.arrows(), ["aws_sqs_queue.inbox -trigger-> aws_lambda_function.work [items]"]);
    const kubernetes = await topologyOf(
      `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: door }
spec: { rules: [{ http: { paths: [{ backend: { service: { name: portal } } }] } }] }
---
apiVersion: v1
kind: Service
metadata: { name: portal }
spec: { selector: { app: portal } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: portal-pods }
spec: { template: { metadata: { labels: { app: portal } }, spec: { containers: [{ envFrom: [{ secretRef: { name: keys } }] }] } } }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
`,
    );
    assert.deepEqual(kubernetes.arrows(), [
      "door -trigger-> portal-pods [requests]",
      "portal-pods -reference-> keys [uses]",
      "Anyone -caller-> door [without sign-in]",
    ]);
    assert.deepEqual(kubernetes.node("portal-pods").folded, ["default/Service/portal"]);
  });

  it("draws a Ward app from its triggers and grants alone", async () => {
    const cwd = new URL("../../../../examples/", import.meta.url).pathname;
    const input = inputOf(await check({ targets: ["hospital"], cwd }));
    const { nodes, edges, title } = makeTopology(input);
    const name = (id: string) => nodes.find((node) => node.id === id)?.name ?? id;
    assert.equal(title, "hospital");
    const lines = edges.map(({ from, to, phi }) => `${name(from)} > ${name(to)} ${phi}`);
    for (const line of [
      "HL7 v2 listener > lab-result yes",
      "lab-result > FHIR records yes",
      "lab-result > notify no",
      "notify > localhost:8090 no",
    ]) {
      assert.ok(lines.includes(line), `${line} in ${lines.join("; ")}`);
    }
    assert.equal(nodes.find((node) => node.name === "visit-estimate")?.reachedBy, "anyone");
    assert.equal(nodes.find((node) => node.name === "FHIR records")?.reachedBy, "identified");
  });

  it("is the same whenever it is made from the same", async () => {
    const text = readFileSync(new URL("visit-saga.yaml", TEMPLATES), "utf8");
    const [one, other] = [await topologyOf(text), await topologyOf(text)];
    assert.deepEqual(one.topology, other.topology);
  });

  it("asks facts that there are", async () => {
    const ids = new Set((await loadAllFacts()).map(({ id }) => id));
    for (const id of Object.keys(DECIDING_FACTS)) assert.ok(ids.has(id), id);
  });
});
