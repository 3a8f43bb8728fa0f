/** 45 CFR 164.312(c)(1): protection from improper destruction. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketSurvivesItsStack: Rule = {
  id: "bucket-survives-its-stack",
  title: "The bucket outlives its stack",
  why: "A stack that is deleted, or a bucket that an update replaces, takes the records with it unless the template says otherwise.",
  remedy: "Set DeletionPolicy and UpdateReplacePolicy to Retain.",
  snippet: `
Bucket:
  Type: AWS::S3::Bucket
  DeletionPolicy: Retain
  UpdateReplacePolicy: Retain`,
  severity: "low",
  topics: ["deletion-protection"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource) {
    return bucket.attribute("DeletionPolicy").equals("Retain", "RetainExceptOnCreate", "Snapshot");
  },
  samples: {
    good: [{ cloudformation: `Bucket: { Type: AWS::S3::Bucket, DeletionPolicy: Retain }` }],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket, DeletionPolicy: Delete }` },
    ],
  },
};
