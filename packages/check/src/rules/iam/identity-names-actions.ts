/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const identityNamesActions: Rule = {
  id: "identity-names-actions",
  title: "Policies allow named actions",
  why: "A wildcard over a service's actions grants deletion, policies and everything that the service will learn to do.",
  remedy: "List the actions that the code calls.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:PutItem]
      Resource: !GetAtt Table.Arn`,
  severity: "high",
  topics: ["least-privilege"],
  types: IDENTITY_TYPES,
  judge(identity: Resource) {
    return noGrant(identity, (statement) => statement.hasWildcardAction());
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/t" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Deny, Action: "s3:*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:Get*"], Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::b/*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, Action: "*", Resource: "*" } } }] } }`,
      },
      {
        terraform: `
resource "aws_iam_role_policy" "p" {
  role   = "r"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}`,
      },
    ],
  },
};
