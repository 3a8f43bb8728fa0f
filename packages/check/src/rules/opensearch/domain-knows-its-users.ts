/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const domainKnowsItsUsers: Rule = {
  id: "domain-knows-its-users",
  title: "The search domain asks who searches",
  why: "Without fine-grained access everyone who reaches the domain reads every index.",
  remedy: "Set AdvancedSecurityOptions.Enabled to true.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { AdvancedSecurityOptions: { Enabled: true } } }`,
  severity: "medium",
  topics: ["authentication", "least-privilege"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return any(
      thing.at("AdvancedSecurityOptions.Enabled").isTrue(),
      thing.at("AdvancedSecurityOptions.InternalUserDatabaseEnabled").isTrue(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { AdvancedSecurityOptions: { Enabled: true } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` }],
  },
};
