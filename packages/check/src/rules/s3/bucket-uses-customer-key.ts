/** 45 CFR 164.312(a)(2)(iv): a key that can be denied, watched and withdrawn. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import { takesLogs } from "./takes-logs.ts";
import type { Rule } from "../rule.ts";

export const bucketUsesCustomerKey: Rule = {
  id: "bucket-uses-customer-key",
  title: "The bucket is encrypted with a key of your own",
  why: "S3's own key decrypts for whoever may read the object. A key with a policy of yours is a second lock, shows each use in CloudTrail, and makes all copies unreadable when it is withdrawn.",
  remedy: "Set SSEAlgorithm to aws:kms and KMSMasterKeyID to a customer managed key.",
  snippet: `
BucketEncryption:
  ServerSideEncryptionConfiguration:
    - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt PhiKey.Arn }
      BucketKeyEnabled: true`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource, graph: Graph) {
    if (takesLogs(bucket, graph)) return "notApplicable";
    return bucket.at("BucketEncryption.ServerSideEncryptionConfiguration").some((rule) => {
      const byDefault = rule.at("ServerSideEncryptionByDefault");
      const key = byDefault.at("KMSMasterKeyID");
      return all(
        byDefault.at("SSEAlgorithm").equals("aws:kms", "aws:kms:dsse"),
        not(key.matches(/alias\/aws\/s3$/)),
        key.isFilled(),
      );
    });
  },
  samples: {
    good: [
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: alias/phi } }] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 } }] } } }`,
      },
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }] } } }`,
      },
    ],
    unknown: [
      {
        cloudformation: `
Parameters:
  Key: { Type: String }
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: !Ref Key } }] }`,
      },
    ],
  },
};
