/** 45 CFR 164.312(a)(2)(iv): a decryption that needs a permission of its own. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketEncryptsWithKms: Rule = {
  id: "bucket-encrypts-with-kms",
  title: "The bucket encrypts through KMS",
  why: "With AES256 whoever may read an object gets it decrypted, and no use of a key is recorded. Through KMS every read needs a second permission and leaves a trace.",
  remedy: "Set SSEAlgorithm to aws:kms, best with a key of your own.",
  snippet: `
BucketEncryption:
  ServerSideEncryptionConfiguration:
    - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt PhiKey.Arn }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource) {
    return bucket
      .at("BucketEncryption.ServerSideEncryptionConfiguration")
      .some((rule) =>
        any(
          rule.at("ServerSideEncryptionByDefault.SSEAlgorithm").equals("aws:kms", "aws:kms:dsse"),
          rule.at("SSEAlgorithm").equals("aws:kms", "aws:kms:dsse"),
        ),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 } }] } } }`,
      },
    ],
  },
};
