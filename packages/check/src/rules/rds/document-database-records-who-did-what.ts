/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const documentDatabaseRecordsWhoDidWhat: Rule = {
  id: "document-database-records-who-did-what",
  title: "The document database records who did what",
  why: "The audit log stays empty, even where it is exported, until the parameter audit_logs says what belongs in it.",
  remedy: "Set the parameter audit_logs to enabled, or to the kinds of event you need.",
  snippet: `
Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { audit_logs: enabled } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::DocDB::DBClusterParameterGroup"],
  judge(thing: Resource) {
    const parameters = thing.at("Parameters");
    const kinds = /\b(enabled|all|ddl|dml_read|dml_write)\b/;
    return any(parameters.at("audit_logs").matches(kinds), parameters.at("audit_logs.Value").matches(kinds));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { audit_logs: enabled } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { audit_logs: disabled } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { tls: enabled } } }`,
      },
    ],
  },
};
