/** 45 CFR 164.312(e)(1): transmission security. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiDomainRequiresTls12: Rule = {
  id: "api-domain-requires-tls-1-2",
  title: "The domain takes TLS 1.2 or later",
  why: "TLS 1.0 and 1.1 are broken; a client that still uses them can be read and changed on the way.",
  remedy: "Set SecurityPolicy to TLS_1_2 or a newer policy.",
  snippet: `
Domain: { Type: AWS::ApiGateway::DomainName, Properties: { SecurityPolicy: TLS_1_2 } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName"],
  judge(domain: Resource) {
    const modern = (policy: Property) => policy.matches(/^TLS_1_[23]$|^SecurityPolicy_TLS1[23]/);
    if (domain.type === "AWS::ApiGateway::DomainName") return modern(domain.at("SecurityPolicy"));
    return domain
      .at("DomainNameConfigurations")
      .every((one) => (one.at("SecurityPolicy").isAbsent ? pass() : modern(one.at("SecurityPolicy"))));
  },
  samples: {
    good: [
      { cloudformation: `Domain: { Type: AWS::ApiGateway::DomainName, Properties: { SecurityPolicy: TLS_1_2 } }` },
    ],
    bad: [
      { cloudformation: `Domain: { Type: AWS::ApiGateway::DomainName }` },
      { cloudformation: `Domain: { Type: AWS::ApiGateway::DomainName, Properties: { SecurityPolicy: TLS_1_0 } }` },
    ],
  },
};
