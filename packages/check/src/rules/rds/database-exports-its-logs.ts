/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const databaseExportsItsLogs: Rule = {
  id: "database-exports-its-logs",
  title: "The database writes its logs to CloudWatch",
  why: "Without its log nobody can say which statements read which records.",
  remedy: "Set EnableCloudwatchLogsExports to what the engine has.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { EnableCloudwatchLogsExports: [postgresql] } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"],
  judge(thing: Resource) {
    return thing.at("DBClusterIdentifier").isFilled().outcome === "pass" && thing.type === "AWS::RDS::DBInstance"
      ? "notApplicable"
      : thing.at("EnableCloudwatchLogsExports").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { EnableCloudwatchLogsExports: [postgresql] } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` }],
  },
};
