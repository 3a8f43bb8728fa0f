/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const vpcEndpointPolicyIsNarrow: Rule = {
  id: "vpc-endpoint-policy-is-narrow",
  title: "The VPC endpoint lets named actions through",
  why: "Without a policy an endpoint carries data to any bucket in the world, also to the attacker's.",
  remedy: "Set PolicyDocument to the resources and principals of your account.",
  snippet: `
Endpoint: { Type: AWS::EC2::VPCEndpoint, Properties: { ServiceName: s3, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::records/*" }] } } }`,
  severity: "low",
  topics: ["egress-control", "least-privilege"],
  types: ["AWS::EC2::VPCEndpoint"],
  judge(endpoint: Resource) {
    const policy = endpoint.at("PolicyDocument");
    return all(
      policy.exists(),
      policyDocument(policy).noAllow((statement) =>
        all(
          statement.hasFullAction(),
          statement.hasWildcardResource(),
          statement.hasAnyonePrincipal(),
          not(statement.property.at("Condition").exists()),
        ),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Endpoint: { Type: AWS::EC2::VPCEndpoint, Properties: { ServiceName: s3, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::records/*" }] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Endpoint: { Type: AWS::EC2::VPCEndpoint, Properties: { ServiceName: s3 } }` },
      {
        cloudformation: `Endpoint: { Type: AWS::EC2::VPCEndpoint, Properties: { ServiceName: s3, PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "*", Resource: "*" }] } } }`,
      },
    ],
  },
};
