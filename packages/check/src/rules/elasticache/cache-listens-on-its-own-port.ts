/** Hygiene: no clause asks for it, operations do. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const cacheListensOnItsOwnPort: Rule = {
  id: "cache-listens-on-its-own-port",
  title: "The cache listens on a port that was chosen",
  why: "Scanners try the ports that everybody uses first. Another one stops no attack, but most of the noise.",
  remedy: "Set Port to another than 6379 or 11211.",
  snippet: `
Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { CacheNodeType: t, Engine: redis, NumCacheNodes: 1, Port: 6390 } }`,
  severity: "low",
  topics: ["hygiene"],
  types: ["AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return all(thing.at("Port").exists(), not(thing.at("Port").equals(6379, 11211, "6379", "11211")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { CacheNodeType: t, Engine: redis, NumCacheNodes: 1, Port: 6390 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::CacheCluster, Properties: { CacheNodeType: t, Engine: redis, NumCacheNodes: 1 } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { ReplicationGroupDescription: d, Port: 6379 } }`,
      },
    ],
  },
};
