/** 45 CFR 164.312(d): who asks is verified. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const roleTrustAllowsNoNotAction: Rule = {
  id: "role-trust-allows-no-not-action",
  title: "The trust policy allows nothing by NotAction",
  why: "Allow with NotAction in a trust policy grants what nobody listed.",
  remedy: "Say Action and name what is meant.",
  snippet: `
AssumeRolePolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { Service: lambda.amazonaws.com }
      Action: sts:AssumeRole`,
  severity: "high",
  topics: ["least-privilege", "authentication"],
  types: ["AWS::IAM::Role"],
  judge(role: Resource) {
    return policyDocument(role.at("AssumeRolePolicyDocument")).noAllow((statement) =>
      statement.property.at("NotAction").exists(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:AssumeRole" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, NotAction: { AWS: "arn:aws:iam::444455556666:root" }, Principal: { Service: s3.amazonaws.com } }] } } }`,
      },
    ],
  },
};
