/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const kubernetesControlPlaneLogs: Rule = {
  id: "kubernetes-control-plane-logs",
  title: "The control plane writes its logs",
  why: "Without the audit log nobody can say who changed or read what in the cluster.",
  remedy: "Set all five types in Logging.ClusterLogging.EnabledTypes.",
  snippet: `
Thing: { Type: AWS::EKS::Cluster, Properties: { Logging: { ClusterLogging: { EnabledTypes: [{ Type: api }, { Type: audit }, { Type: authenticator }, { Type: controllerManager }, { Type: scheduler }] } } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::EKS::Cluster"],
  judge(thing: Resource) {
    return all(
      ...["api", "audit", "authenticator", "controllerManager", "scheduler"].map((kind) =>
        thing.at("Logging.ClusterLogging.EnabledTypes").some((one) => one.at("Type").equals(kind)),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { Logging: { ClusterLogging: { EnabledTypes: [{ Type: api }, { Type: audit }, { Type: authenticator }, { Type: controllerManager }, { Type: scheduler }] } } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { Name: c } }` }],
  },
};
