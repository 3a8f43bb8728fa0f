/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const cacheAsksForAPassword: Rule = {
  id: "cache-asks-for-a-password",
  title: "The cache asks who comes",
  why: "Without a password or users, whatever reaches the port reads every session and record in the cache.",
  remedy: "Set UserGroupIds, or AuthToken from Secrets Manager.",
  snippet: `
Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { ReplicationGroupDescription: d, TransitEncryptionEnabled: true, UserGroupIds: [g] } }`,
  severity: "medium",
  topics: ["authentication"],
  types: ["AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return any(thing.at("AuthToken").isFilled(), thing.at("UserGroupIds").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { ReplicationGroupDescription: d, TransitEncryptionEnabled: true, UserGroupIds: [g] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { ReplicationGroupDescription: d, TransitEncryptionEnabled: true } }`,
      },
    ],
  },
};
