/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const cacheUsesCustomerKey: Rule = {
  id: "cache-uses-customer-key",
  title: "The cache is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId to a customer managed key.",
  snippet: `
Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AtRestEncryptionEnabled: true, KmsKeyId: alias/phi } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AtRestEncryptionEnabled: true, KmsKeyId: alias/phi } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AtRestEncryptionEnabled: true } }`,
      },
    ],
  },
};
