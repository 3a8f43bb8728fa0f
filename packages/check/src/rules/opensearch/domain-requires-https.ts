/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const domainRequiresHttps: Rule = {
  id: "domain-requires-https",
  title: "The search domain takes HTTPS only",
  why: "Queries about patients pass in clear text where plain HTTP is answered.",
  remedy: "Set DomainEndpointOptions.EnforceHTTPS to true.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-2-2019-07 } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return thing.at("DomainEndpointOptions.EnforceHTTPS").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-2-2019-07 } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` },
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { DomainEndpointOptions: { EnforceHTTPS: false } } }`,
      },
    ],
  },
};
