/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const trailUsesCustomerKey: Rule = {
  id: "trail-uses-customer-key",
  title: "The trail is encrypted with a key of your own",
  why: "Who may read the bucket reads the log; a key of your own lets in only the auditors.",
  remedy: "Set KMSKeyId.",
  snippet: `
Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, KMSKeyId: alias/audit } }`,
  severity: "medium",
  topics: ["log-protection", "key-management"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource) {
    return any(thing.at("KMSKeyId").isFilled(), thing.at("KmsKeyId").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, KMSKeyId: alias/audit } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true } }` }],
  },
};
