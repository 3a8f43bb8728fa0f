/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const identityIsNoAdministrator: Rule = {
  id: "identity-is-no-administrator",
  title: "No policy allows every action on everything",
  why: "Whoever gets hold of such an identity, by a leaked key or a hole in a function, has all records, all keys and all logs.",
  remedy: "List the actions and the resources that are needed.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:PutItem]
      Resource: !GetAtt Table.Arn`,
  severity: "critical",
  topics: ["least-privilege", "privilege-escalation"],
  types: IDENTITY_TYPES,
  waivable: false,
  judge(identity: Resource) {
    return noGrant(identity, (statement) =>
      all(
        statement.hasFullAction(),
        any(statement.hasWildcardResource(), statement.property.at("NotResource").exists()),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/t" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "s3:*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Deny, Action: "*", Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, Action: ["*"], Resource: ["*"] } } }] } }`,
      },
    ],
  },
};
