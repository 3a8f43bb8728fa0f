/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const domainEncryptsBetweenNodes: Rule = {
  id: "domain-encrypts-between-nodes",
  title: "The nodes of the search domain speak TLS",
  why: "Shards with records pass between nodes all the time.",
  remedy: "Set NodeToNodeEncryptionOptions.Enabled to true.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { NodeToNodeEncryptionOptions: { Enabled: true } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return thing.at("NodeToNodeEncryptionOptions.Enabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { NodeToNodeEncryptionOptions: { Enabled: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` },
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { NodeToNodeEncryptionOptions: { Enabled: false } } }`,
      },
    ],
  },
};
