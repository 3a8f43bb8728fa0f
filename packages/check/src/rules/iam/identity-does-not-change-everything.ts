/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import { IDENTITY_TYPES, noGrant } from "../../graph/identity-policies.ts";
import { WITHOUT_RESOURCE } from "./actions-without-resources.ts";
import type { Rule } from "../rule.ts";

export const identityDoesNotChangeEverything: Rule = {
  id: "identity-does-not-change-everything",
  title: "No policy changes what is in every bucket, table or queue",
  why: "One fault, or one stolen role, then overwrites or deletes the records of every team.",
  remedy: "Name the resources that are written.",
  snippet: `
Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:PutObject"], Resource: "arn:aws:s3:::labs/*" }] } } }`,
  severity: "high",
  topics: ["least-privilege", "integrity"],
  types: IDENTITY_TYPES,
  judge(thing: Resource) {
    return noGrant(thing, (statement) =>
      all(
        statement.hasWildcardResource(),
        statement.property
          .at("Action")
          .some((action) => all(not(action.matches(HARMLESS)), not(action.matches(WITHOUT_RESOURCE)))),
        not(statement.property.at("Condition").isFilled()),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:PutObject"], Resource: "arn:aws:s3:::labs/*" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:Get*", "s3:ListBucket"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["xray:PutTraceSegments"], Resource: "*" }] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: ["s3:PutObject"], Resource: "*" }] } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "dynamodb:*", Resource: "*" }] } } }`,
      },
    ],
  },
};

/** Actions that read or list, by their first word. */
const HARMLESS =
  /^[\w-]+:(Get|List|Describe|BatchGet|BatchDescribe|Head|Query|Scan|Search|Select|Lookup|View|Check|Validate|Verify|Estimate|Preview|Simulate|Read|Test|Detect|Discover|Filter|Poll|Receive|Assume|Decrypt|Sign)[\w*?]*$/i;
