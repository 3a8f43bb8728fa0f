/** 45 CFR 164.308(a)(3)(i): nobody gets access that they were not given. */
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const identityCannotRaiseItsPowers: Rule = {
  id: "identity-cannot-raise-its-powers",
  title: "No policy lets its holder give themselves more power",
  why: "With one of these actions on everything a small role becomes an administrator in one call: it writes itself a policy, or the code of a function that has one.",
  remedy: "Leave such actions to the deployment, or allow them on named resources under a permissions boundary.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:PutItem]
      Resource: !GetAtt Table.Arn`,
  severity: "high",
  topics: ["privilege-escalation"],
  types: IDENTITY_TYPES,
  judge(identity: Resource) {
    return noGrant(identity, (statement) =>
      all(
        any(...ESCALATING.map((action) => statement.coversAction(action))),
        any(statement.hasWildcardResource(), statement.property.at("NotResource").exists()),
        not(statement.hasCondition("iam:PermissionsBoundary")),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/t" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "iam:PutRolePolicy", Resource: "arn:aws:iam::1:role/app-*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "iam:PutUserPolicy", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Policy: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "lambda:Update*", Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, Action: "iam:*", Resource: "*" } } }] } }`,
      },
    ],
  },
};

const ESCALATING = [
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreatePolicyVersion",
  "iam:PutGroupPolicy",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
  "lambda:UpdateFunctionCode",
];
