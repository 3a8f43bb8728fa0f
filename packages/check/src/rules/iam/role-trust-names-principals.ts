/** 45 CFR 164.312(d): who asks is verified. */
import { policyDocument } from "../../graph/policy-document.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const roleTrustNamesPrincipals: Rule = {
  id: "role-trust-names-principals",
  title: "The role can be assumed by named principals only",
  why: 'Principal "*" in a trust policy lets anyone with any AWS account become the role.',
  remedy: "Name the service, the account or the provider, with a condition where there is one.",
  snippet: `
AssumeRolePolicyDocument:
  Statement:
    - Effect: Allow
      Principal: { Service: lambda.amazonaws.com }
      Action: sts:AssumeRole`,
  severity: "critical",
  topics: ["authentication", "public-exposure", "least-privilege"],
  types: ["AWS::IAM::Role"],
  waivable: false,
  judge(role: Resource) {
    return policyDocument(role.at("AssumeRolePolicyDocument")).noAllow((statement) =>
      all(
        statement.hasAnyonePrincipal(),
        not(statement.hasCondition("aws:PrincipalOrgID", "aws:PrincipalArn", "sts:ExternalId", "aws:PrincipalAccount")),
      ),
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
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: "*", Action: "sts:AssumeRole" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { AWS: "*" }, Action: "sts:AssumeRole" }] } } }`,
      },
    ],
  },
};
