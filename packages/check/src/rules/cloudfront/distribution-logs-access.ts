/** 45 CFR 164.312(b): activity is recorded. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const distributionLogsAccess: Rule = {
  id: "distribution-logs-access",
  title: "The distribution logs requests",
  why: "Without an access log nobody can say who asked for what.",
  remedy: "Set Logging.Bucket.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Logging: { Bucket: logs.s3.amazonaws.com } } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource, graph: Graph) {
    const delivered = graph
      .ofType("AWS::Logs::DeliverySource")
      .some(
        (source) =>
          graph.means(source.at("ResourceArn"), thing).outcome === "pass" ||
          source.at("ResourceArn").references().has(thing.id),
      );
    return delivered ? pass() : thing.at("DistributionConfig.Logging.Bucket").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Logging: { Bucket: logs.s3.amazonaws.com } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
    ],
  },
};
