/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const identityAllowsNoNotAction: Rule = {
  id: "identity-allows-no-not-action",
  title: "Policies allow nothing by exclusion of actions",
  why: "Allow with NotAction grants every action but the few named, also those that AWS adds next year.",
  remedy: "Say Action and list what is meant.",
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
    return noGrant(identity, (statement) => statement.property.at("NotAction").exists());
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/t" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Deny, NotAction: "iam:*", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, NotAction: "iam:*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, NotAction: "iam:*", Resource: "*" } } }] } }`,
      },
    ],
  },
};
