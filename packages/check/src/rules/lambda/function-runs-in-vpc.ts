/** 45 CFR 164.312(a)(1): only programs that were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionRunsInVpc: Rule = {
  id: "function-runs-in-vpc",
  title: "The function runs inside a VPC",
  why: "A function outside of a VPC reaches any host on the internet. What it holds of PHI can leave to anywhere, and the stores that it uses must be reachable from outside.",
  remedy: "Give VpcConfig private subnets and a security group, and VPC endpoints for the AWS services that it uses.",
  snippet: `
VpcConfig:
  SubnetIds: [!Ref PrivateSubnetA, !Ref PrivateSubnetB]
  SecurityGroupIds: [!Ref FunctionSecurityGroup]`,
  severity: "medium",
  topics: ["network-isolation", "egress-control"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource) {
    return any(fn.at("VpcConfig.SubnetIds").isFilled(), fn.at("VpcConfig.SecurityGroupIds").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SubnetIds: [subnet-1], SecurityGroupIds: [sg-1] } } }`,
      },
      {
        cloudformation: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, VpcConfig: { SubnetIds: [subnet-1] } }`,
      },
    ],
    bad: [
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x } }` },
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } } }`,
      },
    ],
  },
};
