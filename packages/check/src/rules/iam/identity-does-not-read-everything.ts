/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import type { Rule } from "../rule.ts";

export const identityDoesNotReadEverything: Rule = {
  id: "identity-does-not-read-everything",
  title: "No policy reads every bucket, secret or parameter",
  why: "One stolen role then copies every record and every secret of the account.",
  remedy: "Name the buckets, secrets and parameters.",
  snippet: `
Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:GetObject"], Resource: "arn:aws:s3:::labs/*" }] } } }`,
  severity: "high",
  topics: ["least-privilege"],
  types: IDENTITY_TYPES,
  judge(thing: Resource) {
    return noGrant(thing, (statement) =>
      all(
        statement.hasWildcardResource(),
        any(...ACTIONS.map((action) => statement.coversAction(action))),
        not(statement.property.at("Condition").isFilled()),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:GetObject"], Resource: "arn:aws:s3:::labs/*" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:ListBucket"], Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:GetObject"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "secretsmanager:*", Resource: "*" }] } } }`,
      },
    ],
  },
};

const ACTIONS = [
  "s3:GetObject",
  "ssm:GetParameter",
  "ssm:GetParameters",
  "ssm:GetParametersByPath",
  "secretsmanager:GetSecretValue",
];
