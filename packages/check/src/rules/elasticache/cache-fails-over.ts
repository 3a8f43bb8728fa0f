/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const cacheFailsOver: Rule = {
  id: "cache-fails-over",
  title: "The cache fails over by itself",
  why: "When the first node fails, someone must notice; until then every request is slow, or lost.",
  remedy: "Set AutomaticFailoverEnabled to true.",
  snippet: `
Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AutomaticFailoverEnabled: true } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::ElastiCache::ReplicationGroup"],
  judge(thing: Resource) {
    return thing.at("AutomaticFailoverEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { AutomaticFailoverEnabled: true } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::ElastiCache::ReplicationGroup }` }],
  },
};
