/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const cacheKeepsBackups: Rule = {
  id: "cache-keeps-backups",
  title: "The Redis cache keeps backups",
  why: "Where a cache holds sessions or queues, its loss is a loss of work.",
  remedy: "Set SnapshotRetentionLimit to 1 or more.",
  snippet: `
Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { Engine: redis, SnapshotRetentionLimit: 7 } }`,
  severity: "low",
  topics: ["backup"],
  types: ["AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return thing.at("Engine").equals("memcached").outcome === "pass" ||
      (thing.type === "AWS::ElastiCache::CacheCluster" &&
        thing.at("CacheNodeType").equals("cache.t1.micro").outcome === "pass")
      ? "notApplicable"
      : all(thing.at("SnapshotRetentionLimit").exists(), thing.at("SnapshotRetentionLimit").atLeast(1));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { Engine: redis, SnapshotRetentionLimit: 7 } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { Engine: redis } }` },
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { Engine: redis, SnapshotRetentionLimit: 0 } }`,
      },
    ],
  },
};
