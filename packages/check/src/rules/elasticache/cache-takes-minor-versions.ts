/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const cacheTakesMinorVersions: Rule = {
  id: "cache-takes-minor-versions",
  title: "The cache takes minor versions by itself",
  why: "Minor versions close holes that are known.",
  remedy: "Leave AutoMinorVersionUpgrade true.",
  snippet: `
Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { CacheNodeType: t, Engine: redis, NumCacheNodes: 1 } }`,
  severity: "low",
  topics: ["patching"],
  types: ["AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return not(thing.at("AutoMinorVersionUpgrade").isFalse());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { CacheNodeType: t, Engine: redis, NumCacheNodes: 1 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { CacheNodeType: t, Engine: redis, NumCacheNodes: 1, AutoMinorVersionUpgrade: false } }`,
      },
    ],
  },
};
