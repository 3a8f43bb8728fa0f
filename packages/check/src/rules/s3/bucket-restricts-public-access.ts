/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketRestrictsPublicAccess: Rule = {
  id: "bucket-restricts-public-access",
  title: "The bucket lets a public policy reach nobody outside the account",
  why: "Should a public policy get in all the same, this keeps its power to the account and AWS services.",
  remedy: "Set RestrictPublicBuckets to true, best all four of PublicAccessBlockConfiguration.",
  snippet: `
PublicAccessBlockConfiguration:
  BlockPublicAcls: true
  BlockPublicPolicy: true
  IgnorePublicAcls: true
  RestrictPublicBuckets: true`,
  severity: "high",
  topics: ["public-exposure"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource) {
    return bucket.at("PublicAccessBlockConfiguration.RestrictPublicBuckets").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: "true", IgnorePublicAcls: true, RestrictPublicBuckets: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { PublicAccessBlockConfiguration: { RestrictPublicBuckets: false } } }`,
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
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: !If [IsStrict, true, false] }`,
      },
    ],
  },
};
