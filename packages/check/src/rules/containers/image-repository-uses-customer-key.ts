/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const imageRepositoryUsesCustomerKey: Rule = {
  id: "image-repository-uses-customer-key",
  title: "The image repository is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set EncryptionConfiguration with KMS and a key.",
  snippet: `
Thing: { Type: AWS::ECR::Repository, Properties: { EncryptionConfiguration: { EncryptionType: KMS, KmsKey: k } } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::ECR::Repository"],
  judge(thing: Resource) {
    return all(
      thing.at("EncryptionConfiguration.EncryptionType").equals("KMS", "KMS_DSSE"),
      thing.at("EncryptionConfiguration.KmsKey").isFilled(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { EncryptionConfiguration: { EncryptionType: KMS, KmsKey: k } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ECR::Repository }` },
      {
        cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { EncryptionConfiguration: { EncryptionType: AES256 } } }`,
      },
    ],
  },
};
