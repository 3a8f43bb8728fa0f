/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const queryResultsAreEncrypted: Rule = {
  id: "query-results-are-encrypted",
  title: "Query results are encrypted",
  why: "A result of a query over records is a file of records.",
  remedy: "Set ResultConfiguration.EncryptionConfiguration.",
  snippet: `
Thing: { Type: AWS::Athena::WorkGroup, Properties: { WorkGroupConfiguration: { ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: SSE_KMS } } } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::Athena::WorkGroup", "Ward::AthenaDatabase"],
  judge(thing: Resource) {
    return any(
      // Results that Athena keeps itself are always encrypted.
      thing.at("WorkGroupConfiguration.ManagedQueryResultsConfiguration.Enabled").isTrue(),
      thing.at("WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.EncryptionOption").isFilled(),
      thing.at("EncryptionConfiguration.EncryptionOption").isFilled(),
      thing.at("WorkGroupConfigurationUpdates.ResultConfigurationUpdates.EncryptionConfiguration").isFilled(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Athena::WorkGroup, Properties: { Name: n, WorkGroupConfiguration: { ManagedQueryResultsConfiguration: { Enabled: true } } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Athena::WorkGroup, Properties: { WorkGroupConfiguration: { ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: SSE_KMS } } } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Athena::WorkGroup, Properties: { Name: w } }` }],
  },
};
