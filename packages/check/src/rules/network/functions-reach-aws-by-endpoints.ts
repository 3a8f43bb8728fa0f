/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionsReachAwsByEndpoints: Rule = {
  id: "functions-reach-aws-by-endpoints",
  title: "Functions of the VPC reach AWS by endpoints",
  why: "Without endpoints, what functions send to S3, DynamoDB or KMS leaves through a NAT gateway, for which everything must be let out.",
  remedy: "Add AWS::EC2::VPCEndpoint for the services that the functions use.",
  snippet: `
Vpc: { Type: AWS::EC2::VPC }
Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
Function: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SubnetIds: [!Ref Subnet] } } }
Endpoint: { Type: AWS::EC2::VPCEndpoint, Properties: { VpcId: !Ref Vpc, ServiceName: s3 } }`,
  severity: "medium",
  topics: ["egress-control", "network-isolation"],
  types: ["AWS::EC2::VPC"],
  judge(thing: Resource, graph: Graph) {
    const inside = graph.ofType("AWS::Lambda::Function").filter((fn) => reaches(fn, thing, graph));
    if (inside.length === 0) return "notApplicable";
    const missing = fail(`${inside[0]?.name ?? "a function"} runs in it and no VPC endpoint belongs to it`, thing.spot);
    return someAttached(graph.attached(thing, "AWS::EC2::VPCEndpoint", "VpcId"), missing, () => pass());
  },
  samples: {
    good: [
      {
        cloudformation: `
Vpc: { Type: AWS::EC2::VPC }
Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
Function: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SubnetIds: [!Ref Subnet] } } }
Endpoint: { Type: AWS::EC2::VPCEndpoint, Properties: { VpcId: !Ref Vpc, ServiceName: s3 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `
Vpc: { Type: AWS::EC2::VPC }
Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc } }
Function: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SubnetIds: [!Ref Subnet] } } }`,
      },
    ],
  },
};

function reaches(fn: Resource, vpc: Resource, graph: Graph): boolean {
  const subnets = fn
    .at("VpcConfig.SubnetIds")
    .items()
    .map((subnet) => graph.target(subnet));
  return subnets.some((subnet) => subnet !== undefined && graph.target(subnet.at("VpcId")) === vpc);
}
