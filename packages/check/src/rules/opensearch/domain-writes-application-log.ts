/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const domainWritesApplicationLog: Rule = {
  id: "domain-writes-application-log",
  title: "The search domain writes its application log",
  why: "Without it nobody can say why it failed.",
  remedy: "Set LogPublishingOptions.ES_APPLICATION_LOGS with a log group.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { ES_APPLICATION_LOGS: { Enabled: true, CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:1:log-group:g" } } } }`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return all(
      thing.at("LogPublishingOptions.ES_APPLICATION_LOGS.Enabled").isTrue(),
      thing.at("LogPublishingOptions.ES_APPLICATION_LOGS.CloudWatchLogsLogGroupArn").isFilled(),
      not(thing.at("LogPublishingOptions.ES_APPLICATION_LOGS.CloudWatchLogsLogGroupArn").matches(/^\d*$/)),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { ES_APPLICATION_LOGS: { Enabled: true, CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:1:log-group:g" } } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` },
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { ES_APPLICATION_LOGS: { Enabled: false } } } }`,
      },
    ],
  },
};
