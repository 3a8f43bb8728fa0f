/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketAclLetsNobodyRead: Rule = {
  id: "bucket-acl-lets-nobody-read",
  title: "No ACL lets everyone read the bucket",
  why: "Anyone who learns or guesses the name lists and reads every object.",
  remedy: "Remove AccessControl; give access by policy.",
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
    return not(bucket.at("AccessControl").equals("PublicRead"));
  },
  samples: {
    good: [{ cloudformation: `Bucket: { Type: AWS::S3::Bucket }` }],
    bad: [{ cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { AccessControl: PublicRead } }` }],
  },
};
