/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const zoneLogsQueries: Rule = {
  id: "zone-logs-queries",
  title: "The public zone logs queries",
  why: "Which names are asked for, and by whom, shows malware that calls home and hosts that were taken over.",
  remedy: "Set QueryLoggingConfig.",
  snippet: `
Thing: { Type: AWS::Route53::HostedZone, Properties: { Name: example.org, QueryLoggingConfig: { CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:q" } } }`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["AWS::Route53::HostedZone"],
  judge(thing: Resource) {
    if (thing.at("VPCs").exists().outcome === "pass") return "notApplicable";
    return thing.at("QueryLoggingConfig.CloudWatchLogsLogGroupArn").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Route53::HostedZone, Properties: { Name: example.org, QueryLoggingConfig: { CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:q" } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Route53::HostedZone, Properties: { Name: example.org } }` }],
  },
};
