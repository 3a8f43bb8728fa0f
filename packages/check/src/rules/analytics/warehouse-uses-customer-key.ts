/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const warehouseUsesCustomerKey: Rule = {
  id: "warehouse-uses-customer-key",
  title: "The warehouse is encrypted with a key of your own",
  why: "Only a key with a policy of yours is a second lock that can be denied to others, watched and withdrawn.",
  remedy: "Set KmsKeyId.",
  snippet: `
Thing: { Type: AWS::Redshift::Cluster, Properties: { Encrypted: true, KmsKeyId: k } }`,
  severity: "medium",
  topics: ["encryption-at-rest", "key-management"],
  types: ["AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    return all(thing.at("Encrypted").isTrue(), thing.at("KmsKeyId").isFilled());
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { Encrypted: true, KmsKeyId: k } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { Encrypted: true } }` }],
  },
};
