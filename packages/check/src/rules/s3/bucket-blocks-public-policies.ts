/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketBlocksPublicPolicies: Rule = {
  id: "bucket-blocks-public-policies",
  title: "The bucket refuses a policy that makes it public",
  why: "One mistaken statement in a bucket policy publishes every object. With the block such a policy is refused.",
  remedy: "Set BlockPublicPolicy to true, best all four of PublicAccessBlockConfiguration.",
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
    return bucket.at("PublicAccessBlockConfiguration.BlockPublicPolicy").isTrue();
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
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { PublicAccessBlockConfiguration: { BlockPublicPolicy: false } } }`,
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
      PublicAccessBlockConfiguration: { BlockPublicPolicy: !If [IsStrict, true, false] }`,
      },
    ],
  },
};
