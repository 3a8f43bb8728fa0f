/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const indexUsesCustomerKey: Rule = {
  id: "index-uses-customer-key",
  title: "The Kendra index is encrypted with a key of your own",
  why: "An index of documents is a copy of documents.",
  remedy: "Set ServerSideEncryptionConfiguration.KmsKeyId.",
  snippet: `
Thing: { Type: AWS::Kendra::Index, Properties: { Edition: E, ServerSideEncryptionConfiguration: { KmsKeyId: k } } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Kendra::Index"],
  judge(thing: Resource) {
    return thing.at("ServerSideEncryptionConfiguration.KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Kendra::Index, Properties: { Edition: E, ServerSideEncryptionConfiguration: { KmsKeyId: k } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Kendra::Index, Properties: { Edition: E } }` }],
  },
};
