/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const aggregatorCoversEveryRegion: Rule = {
  id: "aggregator-covers-every-region",
  title: "The aggregator covers every region",
  why: "What happens in a region that nobody uses is what somebody else does.",
  remedy: "Set AllAwsRegions to true.",
  snippet: `
Thing: { Type: AWS::Config::ConfigurationAggregator, Properties: { AccountAggregationSources: [{ AccountIds: ["1"], AllAwsRegions: true }] } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::Config::ConfigurationAggregator"],
  judge(thing: Resource) {
    return any(
      thing.at("AccountAggregationSources").some((source) => source.at("AllAwsRegions").isTrue()),
      thing.at("OrganizationAggregationSource.AllAwsRegions").isTrue(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Config::ConfigurationAggregator, Properties: { AccountAggregationSources: [{ AccountIds: ["1"], AllAwsRegions: true }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Config::ConfigurationAggregator, Properties: { ConfigurationAggregatorName: a } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Config::ConfigurationAggregator, Properties: { AccountAggregationSources: [{ AccountIds: ["1"] }] } }`,
      },
    ],
  },
};
