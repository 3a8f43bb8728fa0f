/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const domainIsEncrypted: Rule = {
  id: "domain-is-encrypted",
  title: "The search domain encrypts its disks",
  why: "An index of records is a copy of records.",
  remedy: "Set EncryptionAtRestOptions.Enabled to true.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { EncryptionAtRestOptions: { Enabled: true } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return thing.at("EncryptionAtRestOptions.Enabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { EncryptionAtRestOptions: { Enabled: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` },
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { EncryptionAtRestOptions: { Enabled: false } } }`,
      },
    ],
  },
};
