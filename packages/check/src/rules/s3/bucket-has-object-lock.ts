/** 45 CFR 164.312(c)(1): protection from improper alteration or destruction. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketHasObjectLock: Rule = {
  id: "bucket-has-object-lock",
  title: "The bucket can hold objects unchangeable",
  why: "Object Lock keeps records and logs from being changed or deleted before their time, by anyone, root included. It can be switched on only where it was thought of early.",
  remedy: "Set ObjectLockEnabled, with a default retention for what must be kept.",
  snippet: `
ObjectLockEnabled: true
ObjectLockConfiguration:
  ObjectLockEnabled: Enabled
  Rule: { DefaultRetention: { Mode: COMPLIANCE, Years: 6 } }`,
  severity: "low",
  topics: ["integrity", "deletion-protection", "log-protection"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource) {
    return bucket.at("ObjectLockEnabled").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { ObjectLockEnabled: true } }` }],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { ObjectLockEnabled: false } }` },
    ],
  },
};
