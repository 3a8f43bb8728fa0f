/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const graphqlLogHoldsNoBodies: Rule = {
  id: "graphql-log-holds-no-bodies",
  title: "The log of the GraphQL API holds no bodies",
  why: "Verbose logs hold queries, variables and answers in clear text.",
  remedy: "Set ExcludeVerboseContent to true.",
  snippet: `
Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { LogConfig: { CloudWatchLogsRoleArn: r, FieldLogLevel: ERROR, ExcludeVerboseContent: true } } }`,
  severity: "high",
  topics: ["log-protection", "data-classification"],
  types: ["AWS::AppSync::GraphQLApi"],
  judge(thing: Resource) {
    return thing.at("LogConfig").isAbsent ? "notApplicable" : thing.at("LogConfig.ExcludeVerboseContent").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { LogConfig: { CloudWatchLogsRoleArn: r, FieldLogLevel: ERROR, ExcludeVerboseContent: true } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { LogConfig: { CloudWatchLogsRoleArn: r, FieldLogLevel: ALL } } }`,
      },
    ],
  },
};
