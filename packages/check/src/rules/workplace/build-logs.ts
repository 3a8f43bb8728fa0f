/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const buildLogs: Rule = {
  id: "build-logs",
  title: "The build writes a log",
  why: "What was built from what, by whom, is what an incident asks first.",
  remedy: "Enable CloudWatchLogs or S3Logs in LogsConfig.",
  snippet: `
Thing: { Type: AWS::CodeBuild::Project, Properties: { LogsConfig: { CloudWatchLogs: { Status: ENABLED } } } }`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["AWS::CodeBuild::Project"],
  judge(thing: Resource) {
    const logs = thing.at("LogsConfig");
    return any(logs.at("CloudWatchLogs.Status").equals("ENABLED"), logs.at("S3Logs.Status").equals("ENABLED"));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { LogsConfig: { CloudWatchLogs: { Status: ENABLED } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { LogsConfig: { CloudWatchLogs: { Status: DISABLED } } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Environment: { ComputeType: c, Image: i, Type: LINUX_CONTAINER } } }`,
      },
    ],
  },
};
