/** 45 CFR 164.312(c)(1): protection from improper alteration. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketAclLetsNobodyWrite: Rule = {
  id: "bucket-acl-lets-nobody-write",
  title: "No ACL lets everyone write to the bucket",
  why: "Whoever may write can replace a record, or fill the bucket with what others will trust.",
  remedy: "Remove AccessControl; give access by policy.",
  snippet: `
Bucket:
  Type: AWS::S3::Bucket
  Properties:
    OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] }`,
  severity: "critical",
  topics: ["public-exposure", "integrity"],
  types: ["AWS::S3::Bucket"],
  waivable: false,
  judge(bucket: Resource) {
    return not(bucket.at("AccessControl").equals("PublicReadWrite"));
  },
  samples: {
    good: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: PublicRead } }` },
    ],
    bad: [{ cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: PublicReadWrite } }` }],
  },
};
