/** 45 CFR 164.308(a)(4)(ii)(B): access is granted by what is needed. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const roleHasNoFullAccessPolicy: Rule = {
  id: "role-has-no-full-access-policy",
  title: "No identity has a managed policy for all of a service",
  why: "AWS's FullAccess policies grant every action on every resource of a service, deletion and policies included.",
  remedy: "Attach a policy that names what is needed.",
  snippet: `
PolicyDocument:
  Statement:
    - Effect: Allow
      Action: [dynamodb:GetItem, dynamodb:PutItem]
      Resource: !GetAtt Table.Arn`,
  severity: "medium",
  topics: ["least-privilege"],
  types: ["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"],
  judge(identity: Resource) {
    return identity.at("ManagedPolicyArns").every((policy) => not(policy.matches(/\/\w*Full_?Access(V\d)?$/)));
  },
  samples: {
    good: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"] } }`,
      },
    ],
  },
};
