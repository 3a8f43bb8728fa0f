/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const domainWritesSlowLogs: Rule = {
  id: "domain-writes-slow-logs",
  title: "The search domain writes its slow logs",
  why: "Slow searches are how an overload, or a copy of everything, first shows.",
  remedy: "Set LogPublishingOptions.SEARCH_SLOW_LOGS and INDEX_SLOW_LOGS.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { SEARCH_SLOW_LOGS: { Enabled: true, CloudWatchLogsLogGroupArn: g } } } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return any(
      ...["SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS"].map((log) =>
        thing.at(`LogPublishingOptions.${log}.CloudWatchLogsLogGroupArn`).isFilled(),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { LogPublishingOptions: { SEARCH_SLOW_LOGS: { Enabled: true, CloudWatchLogsLogGroupArn: g } } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` }],
  },
};
