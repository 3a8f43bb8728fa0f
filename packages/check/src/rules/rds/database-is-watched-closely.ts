/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const databaseIsWatchedClosely: Rule = {
  id: "database-is-watched-closely",
  title: "The database is watched closely",
  why: "Which process takes the time shows only in enhanced monitoring.",
  remedy: "Set MonitoringInterval to 60 or less, with MonitoringRoleArn.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { MonitoringInterval: 60, MonitoringRoleArn: r } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    return all(thing.at("MonitoringInterval").exists(), thing.at("MonitoringInterval").atLeast(1));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { MonitoringInterval: 60, MonitoringRoleArn: r } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { MonitoringInterval: 0 } }` },
    ],
  },
};
