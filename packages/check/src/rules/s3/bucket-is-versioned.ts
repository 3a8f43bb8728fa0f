/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const bucketIsVersioned: Rule = {
  id: "bucket-is-versioned",
  title: "The bucket keeps versions",
  why: "Without versions an overwrite or a deletion, by mistake or by ransomware, is final.",
  remedy: "Set VersioningConfiguration.Status to Enabled.",
  snippet: `
VersioningConfiguration: { Status: Enabled }`,
  severity: "high",
  topics: ["integrity", "backup", "deletion-protection"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource) {
    return bucket.at("VersioningConfiguration.Status").equals("Enabled");
  },
  samples: {
    good: [
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { VersioningConfiguration: { Status: Enabled } } }`,
      },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { VersioningConfiguration: { Status: Suspended } } }`,
      },
    ],
  },
};
