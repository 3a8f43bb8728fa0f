/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const domainHasThreePrimaryNodes: Rule = {
  id: "domain-has-three-primary-nodes",
  title: "The search domain has three dedicated primary nodes",
  why: "Two primaries can each hold themselves for the only one.",
  remedy: "Set DedicatedMasterEnabled to true and DedicatedMasterCount to 3.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { ClusterConfig: { DedicatedMasterEnabled: true, DedicatedMasterCount: 3 } } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    const cluster = thing.at(
      thing.type === "AWS::Elasticsearch::Domain" ? "ElasticsearchClusterConfig" : "ClusterConfig",
    );
    return all(
      cluster.at("DedicatedMasterEnabled").isTrue(),
      any(not(cluster.at("DedicatedMasterCount").exists()), cluster.at("DedicatedMasterCount").atLeast(3)),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { ClusterConfig: { DedicatedMasterEnabled: true, DedicatedMasterCount: 3 } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` }],
  },
};
