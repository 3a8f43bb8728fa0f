/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const containerClusterIsMeasured: Rule = {
  id: "container-cluster-is-measured",
  title: "The cluster is measured",
  why: "Which task eats the memory shows only in container insights.",
  remedy: "Set containerInsights to enabled.",
  snippet: `
Thing: { Type: AWS::ECS::Cluster, Properties: { ClusterSettings: [{ Name: containerInsights, Value: enabled }] } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::ECS::Cluster"],
  judge(thing: Resource) {
    return thing
      .at("ClusterSettings")
      .some((one) => all(one.at("Name").equals("containerInsights"), one.at("Value").equals("enabled", "enhanced")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::Cluster, Properties: { ClusterSettings: [{ Name: containerInsights, Value: enabled }] } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::ECS::Cluster }` }],
  },
};
