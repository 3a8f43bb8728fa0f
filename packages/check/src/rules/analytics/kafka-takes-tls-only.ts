/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const kafkaTakesTlsOnly: Rule = {
  id: "kafka-takes-tls-only",
  title: "Kafka takes TLS only",
  why: "Messages pass in clear text where plain connections are taken.",
  remedy: "Set ClientBroker to TLS.",
  snippet: `
Thing: { Type: AWS::MSK::Cluster, Properties: { EncryptionInfo: { EncryptionInTransit: { ClientBroker: TLS } } } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::MSK::Cluster"],
  judge(thing: Resource) {
    const clients = thing.at("EncryptionInfo.EncryptionInTransit.ClientBroker");
    return all(
      thing.at("EncryptionInfo").exists(),
      // What is left out of it is TLS.
      not(all(clients.exists(), not(clients.equals("TLS")))),
      not(thing.at("EncryptionInfo.EncryptionInTransit.InCluster").isFalse()),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { EncryptionInfo: { EncryptionInTransit: { ClientBroker: TLS } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { EncryptionInfo: { EncryptionInTransit: { ClientBroker: TLS_PLAINTEXT } } } }`,
      },
      { cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { ClusterName: c } }` },
    ],
  },
};
