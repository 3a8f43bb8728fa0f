/** 45 CFR 164.308(a)(7)(ii)(A): retrievable exact copies. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const clusterCanBeRewound: Rule = {
  id: "cluster-can-be-rewound",
  title: "The Aurora MySQL cluster can be rewound",
  why: "A bad statement is undone in minutes by going back in time.",
  remedy: "Set BacktrackWindow to 24 hours or more.",
  snippet: `
Thing: { Type: AWS::RDS::DBCluster, Properties: { Engine: aurora-mysql, BacktrackWindow: 86400 } }`,
  severity: "low",
  topics: ["disaster-recovery"],
  types: ["AWS::RDS::DBCluster"],
  judge(thing: Resource) {
    return thing.at("Engine").equals("aurora-mysql", "aurora").outcome === "fail"
      ? "notApplicable"
      : all(thing.at("BacktrackWindow").exists(), thing.at("BacktrackWindow").atLeast(1));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBCluster, Properties: { Engine: aurora-mysql, BacktrackWindow: 86400 } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBCluster, Properties: { Engine: aurora-mysql } }` },
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBCluster, Properties: { Engine: aurora-mysql, BacktrackWindow: 0 } }`,
      },
    ],
  },
};
