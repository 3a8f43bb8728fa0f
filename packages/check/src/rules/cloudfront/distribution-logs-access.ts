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
      .filter(
        (source) =>
          graph.target(source.at("ResourceArn")) === thing || source.at("ResourceArn").references().has(thing.id),
      )
      .some((source) => graph.ofType("AWS::Logs::Delivery").some((delivery) => names(delivery, source, graph)));
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

/** A source without a delivery collects nothing. */
function names(delivery: Resource, source: Resource, graph: Graph): boolean {
  const name = delivery.at("DeliverySourceName");
  return graph.target(name) === source || (name.text() !== undefined && name.text() === source.at("Name").text());
}
