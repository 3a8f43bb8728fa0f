/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const replicationUsesCustomerKey: Rule = {
  id: "replication-uses-customer-key",
  title: "What is replicated is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId to a key of your own.",
  snippet: `
Thing: { Type: AWS::DMS::ReplicationInstance, Properties: { ReplicationInstanceClass: c, KmsKeyId: k } }`,
  severity: "low",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::DMS::ReplicationInstance"],
  judge(thing: Resource) {
    return thing.at("KmsKeyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::DMS::ReplicationInstance, Properties: { ReplicationInstanceClass: c, KmsKeyId: k } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::DMS::ReplicationInstance, Properties: { ReplicationInstanceClass: c } }` },
    ],
  },
};
