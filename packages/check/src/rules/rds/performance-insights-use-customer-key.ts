/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const performanceInsightsUseCustomerKey: Rule = {
  id: "performance-insights-use-customer-key",
  title: "Performance Insights are encrypted with a key of your own",
  why: "Statements hold values, and values are PHI.",
  remedy: "Set PerformanceInsightsKMSKeyId.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { EnablePerformanceInsights: true, PerformanceInsightsKMSKeyId: alias/phi } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource) {
    return thing.at("EnablePerformanceInsights").isTrue().outcome === "pass"
      ? thing.at("PerformanceInsightsKMSKeyId").isFilled()
      : "notApplicable";
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { EnablePerformanceInsights: true, PerformanceInsightsKMSKeyId: alias/phi } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { EnablePerformanceInsights: true } }` }],
  },
};
