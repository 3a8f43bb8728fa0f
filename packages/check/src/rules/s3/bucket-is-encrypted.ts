/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketIsEncrypted: Rule = {
  id: "bucket-is-encrypted",
  title: "The bucket says how its objects are encrypted",
  why: "Objects with PHI are kept for years. Where the template does not say how they are encrypted, that hangs on an account default nobody reviewed.",
  remedy: "Set BucketEncryption with aws:kms and a key of your own; AES256 at the least.",
  snippet: `
Bucket:
  Type: AWS::S3::Bucket
  Properties:
    BucketEncryption:
      ServerSideEncryptionConfiguration:
        - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt PhiKey.Arn }
          BucketKeyEnabled: true`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource) {
    return bucket
      .at("BucketEncryption.ServerSideEncryptionConfiguration")
      .some((rule) =>
        any(rule.at("ServerSideEncryptionByDefault.SSEAlgorithm").isFilled(), rule.at("SSEAlgorithm").isFilled()),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 } }] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [] } } }`,
      },
    ],
    unknown: [
      {
        cloudformation: `
Parameters:
  Strict: { Type: String, AllowedValues: ["yes", "no"] }
Conditions:
  IsStrict: !Equals [!Ref Strict, "yes"]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption: !If [IsStrict, { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 } }] }, !Ref "AWS::NoValue"]`,
      },
    ],
  },
};
