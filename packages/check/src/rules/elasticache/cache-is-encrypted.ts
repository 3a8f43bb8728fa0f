/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const cacheIsEncrypted: Rule = {
  id: "cache-is-encrypted",
  title: "The cache encrypts what it holds",
  why: "A cache of records is a copy of records.",
  remedy: "Set AtRestEncryptionEnabled to true.",
  snippet: `
Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AtRestEncryptionEnabled: true } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return thing.at("AtRestEncryptionEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AtRestEncryptionEnabled: true } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup }` },
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AtRestEncryptionEnabled: false } }`,
      },
    ],
  },
};
