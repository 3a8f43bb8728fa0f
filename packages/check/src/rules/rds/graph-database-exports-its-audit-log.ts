/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const graphDatabaseExportsItsAuditLog: Rule = {
  id: "graph-database-exports-its-audit-log",
  title: "The graph or document database writes its audit log",
  why: "Without an audit log nobody can say who read which record.",
  remedy: "Set EnableCloudwatchLogsExports with audit.",
  snippet: `
Thing: { Type: AWS::Neptune::DBCluster, Properties: { EnableCloudwatchLogsExports: [audit] } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::Neptune::DBCluster", "AWS::DocDB::DBCluster"],
  judge(thing: Resource) {
    return thing.at("EnableCloudwatchLogsExports").some((log) => log.equals("audit", "profiler"));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Neptune::DBCluster, Properties: { EnableCloudwatchLogsExports: [audit] } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Neptune::DBCluster, Properties: { Engine: x } }` },
      { cloudformation: `Thing: { Type: AWS::Neptune::DBCluster, Properties: { EnableCloudwatchLogsExports: [] } }` },
    ],
  },
};
