/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const domainHasThreeDataNodes: Rule = {
  id: "domain-has-three-data-nodes",
  title: "The search domain has three data nodes in several zones",
  why: "With fewer, one failure makes the index read-only or loses it.",
  remedy: "Set InstanceCount to 3 and ZoneAwarenessEnabled to true.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { ClusterConfig: { InstanceCount: 3, ZoneAwarenessEnabled: true } } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    const cluster = thing.at(
      thing.type === "AWS::Elasticsearch::Domain" ? "ElasticsearchClusterConfig" : "ClusterConfig",
    );
    return all(
      cluster.at("InstanceCount").exists(),
      cluster.at("InstanceCount").atLeast(3),
      cluster.at("ZoneAwarenessEnabled").isTrue(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { ClusterConfig: { InstanceCount: 3, ZoneAwarenessEnabled: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` },
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { ClusterConfig: { InstanceCount: 2, ZoneAwarenessEnabled: true } } }`,
      },
    ],
  },
};
