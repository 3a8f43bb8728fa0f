/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const kafkaUsesCustomerKey: Rule = {
  id: "kafka-uses-customer-key",
  title: "Kafka is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set EncryptionAtRest.DataVolumeKMSKeyId.",
  snippet: `
Thing: { Type: AWS::MSK::Cluster, Properties: { EncryptionInfo: { EncryptionAtRest: { DataVolumeKMSKeyId: k } } } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::MSK::Cluster"],
  judge(thing: Resource) {
    return thing.at("EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { EncryptionInfo: { EncryptionAtRest: { DataVolumeKMSKeyId: k } } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::MSK::Cluster, Properties: { ClusterName: c } }` }],
  },
};
