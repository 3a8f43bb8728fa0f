/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const domainUsesCustomerKey: Rule = {
  id: "domain-uses-customer-key",
  title: "The search domain is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set EncryptionAtRestOptions.KmsKeyId.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { EncryptionAtRestOptions: { Enabled: true, KmsKeyId: k } } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return all(
      thing.at("EncryptionAtRestOptions.Enabled").isTrue(),
      thing.at("EncryptionAtRestOptions.KmsKeyId").isFilled(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { EncryptionAtRestOptions: { Enabled: true, KmsKeyId: k } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { EncryptionAtRestOptions: { Enabled: true } } }`,
      },
    ],
  },
};
