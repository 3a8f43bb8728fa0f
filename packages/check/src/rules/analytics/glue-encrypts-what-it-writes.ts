/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const glueEncryptsWhatItWrites: Rule = {
  id: "glue-encrypts-what-it-writes",
  title: "Glue encrypts results, logs and bookmarks",
  why: "A job leaves copies of what it read in its results, its log and its bookmarks.",
  remedy: "Set S3EncryptionMode and CloudWatchEncryptionMode to SSE-KMS and JobBookmarksEncryptionMode to CSE-KMS.",
  snippet: `
Thing: { Type: AWS::Glue::SecurityConfiguration, Properties: { Name: n, EncryptionConfiguration: { S3Encryptions: [{ S3EncryptionMode: SSE-KMS, KmsKeyArn: k }], CloudWatchEncryption: { CloudWatchEncryptionMode: SSE-KMS, KmsKeyArn: k }, JobBookmarksEncryption: { JobBookmarksEncryptionMode: CSE-KMS, KmsKeyArn: k } } } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::Glue::SecurityConfiguration"],
  judge(thing: Resource) {
    const configuration = thing.at("EncryptionConfiguration");
    const results = configuration.at("S3Encryptions");
    return all(
      results.isFilled(),
      results.every((one) => one.at("S3EncryptionMode").equals("SSE-KMS", "SSE-S3")),
      configuration.at("CloudWatchEncryption.CloudWatchEncryptionMode").equals("SSE-KMS"),
      configuration.at("JobBookmarksEncryption.JobBookmarksEncryptionMode").equals("CSE-KMS"),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Glue::SecurityConfiguration, Properties: { Name: n, EncryptionConfiguration: { S3Encryptions: [{ S3EncryptionMode: SSE-KMS, KmsKeyArn: k }], CloudWatchEncryption: { CloudWatchEncryptionMode: SSE-KMS, KmsKeyArn: k }, JobBookmarksEncryption: { JobBookmarksEncryptionMode: CSE-KMS, KmsKeyArn: k } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Glue::SecurityConfiguration, Properties: { Name: n, EncryptionConfiguration: { S3Encryptions: [{ S3EncryptionMode: SSE-S3 }], CloudWatchEncryption: { CloudWatchEncryptionMode: DISABLED }, JobBookmarksEncryption: { JobBookmarksEncryptionMode: CSE-KMS } } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Glue::SecurityConfiguration, Properties: { Name: n, EncryptionConfiguration: { S3Encryptions: [{ S3EncryptionMode: SSE-KMS }] } } }`,
      },
    ],
  },
};
