/** 45 CFR 164.308(a)(7)(ii)(B): restoring any loss of data. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const bucketReplicates: Rule = {
  id: "bucket-replicates",
  title: "The bucket is copied to another place",
  why: "When a region or an account is lost, so is every record that exists only there.",
  remedy: "Set ReplicationConfiguration to a bucket in another region, in an account of its own.",
  snippet: `
ReplicationConfiguration:
  Role: !GetAtt ReplicationRole.Arn
  Rules: [{ Status: Enabled, Destination: { Bucket: arn:aws:s3:::records-copy } }]`,
  severity: "low",
  topics: ["disaster-recovery", "backup"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource) {
    return bucket
      .at("ReplicationConfiguration.Rules")
      .some((rule) => all(not(rule.at("Status").equals("Disabled")), rule.at("Destination").exists()));
  },
  samples: {
    good: [
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { ReplicationConfiguration: { Role: "arn:aws:iam::1:role/r", Rules: [{ Status: Enabled, Destination: { Bucket: "arn:aws:s3:::copy" } }] } } }`,
      },
    ],
    bad: [
      { cloudformation: `Bucket: { Type: AWS::S3::Bucket }` },
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { ReplicationConfiguration: { Role: "arn:aws:iam::1:role/r", Rules: [{ Status: Disabled, Destination: { Bucket: "arn:aws:s3:::copy" } }] } } }`,
      },
    ],
  },
};
