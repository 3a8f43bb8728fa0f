/** 45 CFR 164.312(e)(1): what is sent is guarded on its way. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const certificateNamesItsHosts: Rule = {
  id: "certificate-names-its-hosts",
  title: "The certificate names its hosts",
  why: "With a wildcard one host that is taken over can pretend to be all the others.",
  remedy: "Name each host in DomainName and SubjectAlternativeNames.",
  snippet: `
Thing: { Type: AWS::CertificateManager::Certificate, Properties: { DomainName: portal.example.org, ValidationMethod: DNS } }`,
  severity: "low",
  topics: ["encryption-in-transit"],
  types: ["AWS::CertificateManager::Certificate"],
  judge(thing: Resource) {
    return not(thing.at("DomainName").matches(/^\*/));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CertificateManager::Certificate, Properties: { DomainName: portal.example.org, ValidationMethod: DNS } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CertificateManager::Certificate, Properties: { DomainName: "*.example.org", ValidationMethod: DNS } }`,
      },
    ],
  },
};
