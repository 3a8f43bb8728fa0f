/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketIgnoresPublicAcls: Rule = {
  id: "bucket-ignores-public-acls",
  title: "The bucket ignores ACLs that make objects public",
  why: "ACLs set before the block stay in force. Ignoring them closes objects that someone opened earlier.",
  remedy: "Set IgnorePublicAcls to true, best all four of PublicAccessBlockConfiguration.",
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
    return bucket.at("PublicAccessBlockConfiguration.IgnorePublicAcls").isTrue();
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
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { PublicAccessBlockConfiguration: { IgnorePublicAcls: false } } }`,
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
      PublicAccessBlockConfiguration: { IgnorePublicAcls: !If [IsStrict, true, false] }`,
      },
    ],
  },
};
