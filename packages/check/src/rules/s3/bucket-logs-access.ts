/** 45 CFR 164.312(b): activity is recorded. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, saying } from "../../graph/truth.ts";
import { takesLogs } from "./takes-logs.ts";
import type { Rule } from "../rule.ts";

export const bucketLogsAccess: Rule = {
  id: "bucket-logs-access",
  title: "The bucket logs who reads and writes it",
  why: "Without a log of requests nobody can say afterwards which records were read, by whom, and whether a breach must be reported.",
  remedy: "Set LoggingConfiguration to a bucket for logs, or record the bucket in CloudTrail data events.",
  snippet: `
LoggingConfiguration:
  DestinationBucketName: !Ref LogBucket
  LogFilePrefix: records/`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::S3::Bucket"],
  judge(bucket: Resource, graph: Graph) {
    const configured = any(
      bucket.at("LoggingConfiguration.DestinationBucketName").isFilled(),
      bucket.at("LoggingConfiguration.LogFilePrefix").isFilled(),
    );
    if (configured.outcome === "pass") return configured;
    return takesLogs(bucket, graph) ? "notApplicable" : saying(configured, "LoggingConfiguration is not set");
  },
  samples: {
    good: [
      {
        cloudformation: `Bucket: { Type: AWS::S3::Bucket, Properties: { LoggingConfiguration: { DestinationBucketName: logs } } }`,
      },
      {
        cloudformation: `
Bucket: { Type: AWS::S3::Bucket, Properties: { LoggingConfiguration: { DestinationBucketName: !Ref Logs } } }
Logs: { Type: AWS::S3::Bucket }`,
      },
    ],
    bad: [{ cloudformation: `Bucket: { Type: AWS::S3::Bucket }` }],
  },
};
