/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const nodeGroupLimitsRemoteAccess: Rule = {
  id: "node-group-limits-remote-access",
  title: "Nodes take SSH from named groups only",
  why: "With a key and no group, EKS opens SSH on every node to the world.",
  remedy: "Name SourceSecurityGroups beside Ec2SshKey, or leave RemoteAccess out.",
  snippet: `
Thing: { Type: AWS::EKS::Nodegroup, Properties: { ClusterName: c, NodeRole: r, Subnets: [a] } }`,
  severity: "high",
  topics: ["network-isolation", "public-exposure"],
  types: ["AWS::EKS::Nodegroup"],
  judge(thing: Resource) {
    return any(
      not(thing.at("RemoteAccess.Ec2SshKey").exists()),
      thing.at("RemoteAccess.SourceSecurityGroups").isFilled(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EKS::Nodegroup, Properties: { ClusterName: c, NodeRole: r, Subnets: [a] } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::EKS::Nodegroup, Properties: { ClusterName: c, NodeRole: r, Subnets: [a], RemoteAccess: { Ec2SshKey: k, SourceSecurityGroups: [g] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::EKS::Nodegroup, Properties: { ClusterName: c, NodeRole: r, Subnets: [a], RemoteAccess: { Ec2SshKey: k } } }`,
      },
    ],
  },
};
