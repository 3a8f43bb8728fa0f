/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const kafkaLogs: Rule = {
  id: "kafka-logs",
  title: "Kafka writes its logs",
  why: "Without them nobody can say why messages stopped.",
  remedy: "Set LoggingInfo.BrokerLogs.",
  snippet: `
Thing: { Type: AWS::MSK::Cluster, Properties: { LoggingInfo: { BrokerLogs: { S3: { Enabled: true } } } } }`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["AWS::MSK::Cluster"],
  judge(thing: Resource) {
    return any(
      ...["S3", "CloudWatchLogs", "Firehose"].map((one) => thing.at(`LoggingInfo.BrokerLogs.${one}.Enabled`).isTrue()),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { LoggingInfo: { BrokerLogs: { S3: { Enabled: true } } } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { ClusterName: c } }` }],
  },
};
