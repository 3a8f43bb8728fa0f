/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const trailReachesCloudwatch: Rule = {
  id: "trail-reaches-cloudwatch",
  title: "The trail reaches CloudWatch",
  why: "A log that only fills a bucket raises no alarm.",
  remedy: "Set CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn.",
  snippet: `
Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, CloudWatchLogsLogGroupArn: g, CloudWatchLogsRoleArn: r } }`,
  severity: "medium",
  topics: ["monitoring", "audit-logging"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource) {
    return thing.at("CloudWatchLogsLogGroupArn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, CloudWatchLogsLogGroupArn: g, CloudWatchLogsRoleArn: r } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true } }` }],
  },
};
