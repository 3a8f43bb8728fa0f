/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketBlocksPublicAcls: Rule = {
  id: "bucket-blocks-public-acls",
  title: "The bucket refuses ACLs that make objects public",
  why: "One upload with a public ACL puts a record on the internet. With the block such an upload is refused.",
  remedy: "Set BlockPublicAcls to true, best all four of PublicAccessBlockConfiguration.",
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
    return bucket.at("PublicAccessBlockConfiguration.BlockPublicAcls").isTrue();
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
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { PublicAccessBlockConfiguration: { BlockPublicAcls: false } } }`,
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
      PublicAccessBlockConfiguration: { BlockPublicAcls: !If [IsStrict, true, false] }`,
      },
    ],
  },
};
