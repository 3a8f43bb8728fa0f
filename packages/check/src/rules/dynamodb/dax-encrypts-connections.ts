/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const daxEncryptsConnections: Rule = {
  id: "dax-encrypts-connections",
  title: "The DAX cluster answers over TLS only",
  why: "Without it, records pass between the function and the cache in clear text.",
  remedy: "Set ClusterEndpointEncryptionType to TLS.",
  snippet: `
ClusterEndpointEncryptionType: TLS`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::DAX::Cluster"],
  judge(cluster: Resource) {
    return cluster.at("ClusterEndpointEncryptionType").equals("TLS");
  },
  samples: {
    good: [
      { cloudformation: `Cluster: { Type: AWS::DAX::Cluster, Properties: { ClusterEndpointEncryptionType: TLS } }` },
    ],
    bad: [{ cloudformation: `Cluster: { Type: AWS::DAX::Cluster }` }],
  },
};
