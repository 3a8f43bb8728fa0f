/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const domainRequiresTls12: Rule = {
  id: "domain-requires-tls-1-2",
  title: "The search domain takes TLS 1.2 or later",
  why: "TLS 1.0 is broken, and the default still takes it.",
  remedy: "Set TLSSecurityPolicy to Policy-Min-TLS-1-2-2019-07 or a newer one.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-2-2019-07 } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return thing.at("DomainEndpointOptions.TLSSecurityPolicy").matches(/^Policy-Min-TLS-1-[23]-/);
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
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { DomainEndpointOptions: { TLSSecurityPolicy: Policy-Min-TLS-1-0-2019-07 } } }`,
      },
    ],
  },
};
