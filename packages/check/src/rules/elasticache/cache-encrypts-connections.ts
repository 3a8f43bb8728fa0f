/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const cacheEncryptsConnections: Rule = {
  id: "cache-encrypts-connections",
  title: "The cache speaks TLS",
  why: "Without it records pass between function and cache in clear text.",
  remedy: "Set TransitEncryptionEnabled to true.",
  snippet: `
Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { TransitEncryptionEnabled: true } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return thing.at("TransitEncryptionEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { TransitEncryptionEnabled: true } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup }` },
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { TransitEncryptionEnabled: false } }`,
      },
    ],
  },
};
