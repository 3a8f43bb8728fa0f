/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";
import { hasNoResources } from "./actions-without-resources.ts";

export const identityNamesResources: Rule = {
  id: "identity-names-resources",
  title: "Policies allow actions on named resources",
  why: 'Resource "*" opens every bucket, table and key of the account, those of other teams and of next year too.',
  remedy: "Name the resources, by reference where they are in the template.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:PutItem]
      Resource: !GetAtt Table.Arn`,
  severity: "medium",
  topics: ["least-privilege"],
  types: IDENTITY_TYPES,
  judge(identity: Resource) {
    return noGrant(identity, (statement) => all(not(hasNoResources(statement)), statement.hasWildcardResource()));
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/t" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["xray:PutTraceSegments", "cloudwatch:PutMetricData"], Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:GetObject"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, Action: "dynamodb:Query", Resource: ["*"] } } }] } }`,
      },
    ],
  },
};
