/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const kafkaHasNoPublicAddress: Rule = {
  id: "kafka-has-no-public-address",
  title: "The brokers of Kafka have no public address",
  why: "A broker on the internet is found within hours, and then one password guards every event.",
  remedy: "Leave PublicAccess out, or set its Type to DISABLED.",
  snippet: `
Thing: { Type: AWS::MSK::Cluster, Properties: { ClusterName: c, BrokerNodeGroupInfo: { ClientSubnets: [a, b], InstanceType: t, ConnectivityInfo: { PublicAccess: { Type: DISABLED } } } } }`,
  severity: "high",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::MSK::Cluster"],
  judge(thing: Resource) {
    return not(thing.at("BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type").equals("SERVICE_PROVIDED_EIPS"));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { ClusterName: c, BrokerNodeGroupInfo: { ClientSubnets: [a, b], InstanceType: t, ConnectivityInfo: { PublicAccess: { Type: DISABLED } } } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { ClusterName: c, BrokerNodeGroupInfo: { ClientSubnets: [a, b], InstanceType: t } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { ClusterName: c, BrokerNodeGroupInfo: { ClientSubnets: [a, b], InstanceType: t, ConnectivityInfo: { PublicAccess: { Type: SERVICE_PROVIDED_EIPS } } } } }`,
      },
    ],
  },
};
