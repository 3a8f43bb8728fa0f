/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const warehouseIsInAVpc: Rule = {
  id: "warehouse-is-in-a-vpc",
  title: "The warehouse is in subnets that were chosen",
  why: "Without a subnet group it lands in a public network.",
  remedy: "Set ClusterSubnetGroupName.",
  snippet: `
Thing: { Type: AWS::Redshift::Cluster, Properties: { ClusterSubnetGroupName: s } }`,
  severity: "high",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    return thing.at("ClusterSubnetGroupName").isFilled();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { ClusterSubnetGroupName: s } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { DBName: d } }` }],
  },
};
