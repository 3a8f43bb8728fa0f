/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const logGroupUsesCustomerKey: Rule = {
  id: "log-group-uses-customer-key",
  title: "The log group is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId.",
  snippet: `
Thing: { Type: AWS::Logs::LogGroup, Properties: { KmsKeyId: "arn:aws:kms:us-east-1:1:key/k" } }`,
  severity: "medium",
  topics: ["log-protection", "encryption-at-rest", "key-management"],
  types: ["AWS::Logs::LogGroup"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Logs::LogGroup, Properties: { KmsKeyId: "arn:aws:kms:us-east-1:1:key/k" } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Logs::LogGroup }` },
      { cloudformation: `Thing: { Type: AWS::Logs::LogGroup, Properties: { KmsKeyId: "" } }` },
    ],
  },
};
