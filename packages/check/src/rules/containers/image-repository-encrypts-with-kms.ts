/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const imageRepositoryEncryptsWithKms: Rule = {
  id: "image-repository-encrypts-with-kms",
  title: "The image repository encrypts through KMS",
  why: "With a key of KMS each use is in the audit log, and the key can be withdrawn.",
  remedy: "Set EncryptionType to KMS.",
  snippet: `
Thing: { Type: AWS::ECR::Repository, Properties: { EncryptionConfiguration: { EncryptionType: KMS } } }`,
  severity: "low",
  topics: ["encryption-at-rest"],
  types: ["AWS::ECR::Repository"],
  judge(thing: Resource) {
    return thing.at("EncryptionConfiguration.EncryptionType").equals("KMS", "KMS_DSSE");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECR::Repository, Properties: { EncryptionConfiguration: { EncryptionType: KMS } } }`,
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
