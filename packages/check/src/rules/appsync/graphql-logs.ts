/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const graphqlLogs: Rule = {
  id: "graphql-logs",
  title: "The GraphQL API logs",
  why: "Without a log nobody can say which fields of whom were read.",
  remedy: "Set LogConfig with a role and FieldLogLevel ERROR.",
  snippet: `
Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { LogConfig: { CloudWatchLogsRoleArn: r, FieldLogLevel: ERROR, ExcludeVerboseContent: true } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::AppSync::GraphQLApi"],
  judge(thing: Resource) {
    return all(
      thing.at("LogConfig.CloudWatchLogsRoleArn").isFilled(),
      thing.at("LogConfig.FieldLogLevel").equals("ERROR", "INFO", "ALL", "DEBUG"),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { LogConfig: { CloudWatchLogsRoleArn: r, FieldLogLevel: ERROR, ExcludeVerboseContent: true } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { Name: a } }` },
      {
        cloudformation: `Thing: { Type: AWS::AppSync::GraphQLApi, Properties: { LogConfig: { FieldLogLevel: NONE } } }`,
      },
    ],
  },
};
