/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const domainWritesAuditLog: Rule = {
  id: "domain-writes-audit-log",
  title: "The search domain writes its audit log",
  why: "Without it nobody can say who searched what.",
  remedy: "Set LogPublishingOptions.AUDIT_LOGS with a log group.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { AUDIT_LOGS: { Enabled: true, CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:1:log-group:g" } } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return all(
      thing.at("LogPublishingOptions.AUDIT_LOGS.Enabled").isTrue(),
      thing.at("LogPublishingOptions.AUDIT_LOGS.CloudWatchLogsLogGroupArn").isFilled(),
      not(thing.at("LogPublishingOptions.AUDIT_LOGS.CloudWatchLogsLogGroupArn").matches(/^\d*$/)),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { AUDIT_LOGS: { Enabled: true, CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:1:log-group:g" } } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` },
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { AUDIT_LOGS: { Enabled: false } } } }`,
      },
    ],
  },
};
