/** 45 CFR 164.312(b): activity is recorded. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const vpcLogsItsTraffic: Rule = {
  id: "vpc-logs-its-traffic",
  title: "The VPC logs its traffic",
  why: "Without flow logs nobody can say which machine talked to whom, when something did leave.",
  remedy: "Add an AWS::EC2::FlowLog for the VPC.",
  snippet: `
Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
Log: { Type: AWS::EC2::FlowLog, Properties: { ResourceId: !Ref Vpc, ResourceType: VPC, TrafficType: ALL } }`,
  severity: "medium",
  topics: ["audit-logging", "monitoring"],
  types: ["AWS::EC2::VPC", "Ward::DefaultVpc"],
  judge(vpc: Resource, graph: Graph) {
    const missing = fail(`no flow log belongs to ${vpc.name}`, vpc.spot);
    return someAttached(graph.attached(vpc, "AWS::EC2::FlowLog", "ResourceId"), missing, () => pass());
  },
  samples: {
    good: [
      {
        cloudformation: `
Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
Log: { Type: AWS::EC2::FlowLog, Properties: { ResourceId: !Ref Vpc, ResourceType: VPC, TrafficType: ALL } }`,
      },
    ],
    bad: [{ cloudformation: `Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }` }],
  },
};
