/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const warehouseCopiesInsideTheVpc: Rule = {
  id: "warehouse-copies-inside-the-vpc",
  title: "The warehouse copies data inside the VPC",
  why: "COPY and UNLOAD otherwise go over the internet, past endpoints and flow logs.",
  remedy: "Set EnhancedVpcRouting to true.",
  snippet: `
Thing: { Type: AWS::Redshift::Cluster, Properties: { EnhancedVpcRouting: true } }`,
  severity: "medium",
  topics: ["network-isolation", "egress-control"],
  types: ["AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    return thing.at("EnhancedVpcRouting").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { EnhancedVpcRouting: true } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Redshift::Cluster, Properties: { DBName: d } }` }],
  },
};
