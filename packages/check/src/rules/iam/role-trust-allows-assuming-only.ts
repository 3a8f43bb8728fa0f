/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const roleTrustAllowsAssumingOnly: Rule = {
  id: "role-trust-allows-assuming-only",
  title: "The trust policy allows assuming the role and nothing else",
  why: "A wildcard in a trust policy is either meaningless or lets sessions be tagged and chained in ways that nobody meant.",
  remedy: "Set Action to sts:AssumeRole, or the variant that the provider needs.",
  snippet: `
AssumeRolePolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { Service: lambda.amazonaws.com }
      Action: sts:AssumeRole`,
  severity: "high",
  topics: ["least-privilege"],
  types: ["AWS::IAM::Role"],
  judge(role: Resource) {
    return policyDocument(role.at("AssumeRolePolicyDocument")).noAllow((statement) => statement.hasWildcardAction());
  },
  samples: {
    good: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:AssumeRole" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: "sts:*" }] } } }`,
      },
    ],
  },
};
