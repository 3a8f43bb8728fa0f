/** 45 CFR 164.312(e)(1): what is sent is guarded on its way. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const documentDatabaseTakesTlsOnly: Rule = {
  id: "document-database-takes-tls-only",
  title: "The document database takes TLS only",
  why: "With TLS switched off every query and answer crosses the network in clear text.",
  remedy: "Leave the parameter tls enabled.",
  snippet: `
Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { tls: enabled } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::DocDB::DBClusterParameterGroup"],
  judge(thing: Resource) {
    const parameters = thing.at("Parameters");
    return not(any(parameters.at("tls").equals("disabled"), parameters.at("tls.Value").equals("disabled")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { tls: enabled } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { audit_logs: enabled } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::DocDB::DBClusterParameterGroup, Properties: { Family: docdb5.0, Description: d, Parameters: { tls: disabled } } }`,
      },
    ],
  },
};
