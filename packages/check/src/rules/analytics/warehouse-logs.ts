/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const warehouseLogs: Rule = {
  id: "warehouse-logs",
  title: "The warehouse logs who asked what",
  why: "Without it nobody can say who ran which query over all patients.",
  remedy: "Set LoggingProperties.",
  snippet: `
Thing: { Type: AWS::Redshift::Cluster, Properties: { LoggingProperties: { BucketName: b } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    return thing.at("LoggingProperties").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { LoggingProperties: { BucketName: b } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { DBName: d } }` }],
  },
};
