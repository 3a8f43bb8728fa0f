/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const certificateRenewsItself: Rule = {
  id: "certificate-renews-itself",
  title: "The certificate renews itself",
  why: "One that is validated by mail waits for a person, every year.",
  remedy: "Set ValidationMethod to DNS.",
  snippet: `
Thing: { Type: AWS::CertificateManager::Certificate, Properties: { DomainName: d, ValidationMethod: DNS } }`,
  severity: "low",
  topics: ["availability", "encryption-in-transit"],
  types: ["AWS::CertificateManager::Certificate"],
  judge(thing: Resource) {
    return thing.at("ValidationMethod").equals("DNS");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CertificateManager::Certificate, Properties: { DomainName: d, ValidationMethod: DNS } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::CertificateManager::Certificate, Properties: { DomainName: d } }` },
      {
        cloudformation: `Thing: { Type: AWS::CertificateManager::Certificate, Properties: { DomainName: d, ValidationMethod: EMAIL } }`,
      },
    ],
  },
};
