/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const databaseHasPerformanceInsights: Rule = {
  id: "database-has-performance-insights",
  title: "The database shows what slows it",
  why: "When the ward waits for a chart, the waiting statement is found here first.",
  remedy: "Set EnablePerformanceInsights to true.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { EnablePerformanceInsights: true } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    return thing.at("EnablePerformanceInsights").isTrue();
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { EnablePerformanceInsights: true } }` },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` }],
  },
};
