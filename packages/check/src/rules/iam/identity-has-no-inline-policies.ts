/** 45 CFR 164.308(a)(4)(ii)(C): access is reviewed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const identityHasNoInlinePolicies: Rule = {
  id: "identity-has-no-inline-policies",
  title: "Policies stand by themselves",
  why: "A policy inside of a role is seen only by who opens the role; it cannot be reviewed, versioned or attached elsewhere.",
  remedy: "Make it an AWS::IAM::ManagedPolicy and attach it.",
  snippet: `
ReaderPolicy:
  Type: AWS::IAM::ManagedPolicy
  Properties:
    Roles: [!Ref ReaderRole]`,
  severity: "low",
  topics: ["hygiene"],
  types: ["AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group"],
  judge(identity: Resource) {
    return not(identity.at("Policies").isFilled());
  },
  samples: {
    good: [{ cloudformation: `Role: { Type: AWS::IAM::Role }` }],
    bad: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: { Effect: Allow, Action: ["dynamodb:GetItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/t" } } }] } }`,
      },
    ],
  },
};
