/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const daxIsEncrypted: Rule = {
  id: "dax-is-encrypted",
  title: "The DAX cluster encrypts its disks",
  why: "A cache of a table of records is a copy of records.",
  remedy: "Set SSESpecification.SSEEnabled to true; it can be set only when the cluster is made.",
  snippet: `
SSESpecification: { SSEEnabled: true }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::DAX::Cluster"],
  judge(cluster: Resource) {
    return cluster.at("SSESpecification.SSEEnabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Cluster: { Type: AWS::DAX::Cluster, Properties: { SSESpecification: { SSEEnabled: true } } }`,
      },
    ],
    bad: [{ cloudformation: `Cluster: { Type: AWS::DAX::Cluster }` }],
  },
};
