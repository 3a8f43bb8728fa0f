/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketAclIsNotPublic: Rule = {
  id: "bucket-acl-is-not-public",
  title: "No ACL makes the bucket public",
  why: "PublicRead lists and gives every object to anyone on the internet, PublicReadWrite lets them change it too; AuthenticatedRead means anyone with any AWS account.",
  remedy: "Remove AccessControl; give access by policy to those who need it.",
  snippet: `
Bucket:
  Type: AWS::S3::Bucket
  Properties:
    OwnershipControls: { Rules: [{ ObjectOwnership: BucketOwnerEnforced }] }`,
  severity: "critical",
  topics: ["public-exposure"],
  types: ["AWS::S3::Bucket"],
  waivable: false,
  judge(bucket: Resource) {
    return not(bucket.at("AccessControl").equals("PublicRead", "PublicReadWrite", "AuthenticatedRead"));
  },
  samples: {
    good: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: Private } }` },
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: LogDeliveryWrite } }` },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: PublicRead } }` },
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: PublicReadWrite } }` },
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: AuthenticatedRead } }` },
    ],
  },
};
