/** 45 CFR 164.312(b): activity is recorded. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const trailBucketLogsAccess: Rule = {
  id: "trail-bucket-logs-access",
  title: "The bucket of the trail logs who reads it",
  why: "Who reads the audit log, and who tried to delete it, is the first question after a breach.",
  remedy: "Set LoggingConfiguration on the bucket.",
  snippet: `
Trail: { Type: AWS::CloudTrail::Trail, Properties: { S3BucketName: !Ref Bucket } }
Bucket: { Type: AWS::S3::Bucket, Properties: { LoggingConfiguration: { DestinationBucketName: l } } }`,
  severity: "low",
  topics: ["log-protection", "audit-logging"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource, graph: Graph) {
    const bucket = graph.target(thing.at("S3BucketName"));
    return bucket ? bucket.at("LoggingConfiguration.DestinationBucketName").isFilled() : "notApplicable";
  },
  samples: {
    good: [
      {
        cloudformation: `
Trail: { Type: AWS::CloudTrail::Trail, Properties: { S3BucketName: !Ref Bucket } }
Bucket: { Type: AWS::S3::Bucket, Properties: { LoggingConfiguration: { DestinationBucketName: l } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `
Trail: { Type: AWS::CloudTrail::Trail, Properties: { S3BucketName: !Ref Bucket } }
Bucket: { Type: AWS::S3::Bucket }`,
      },
    ],
  },
};
