/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const classicSecurityGroupIsNotUsed: Rule = {
  id: "classic-security-group-is-not-used",
  title: "No security group of EC2-Classic is made",
  why: "Classic networks are gone; what still says so was not looked at for years.",
  remedy: "Put the cluster into a VPC.",
  snippet: `
Warehouse: { Type: AWS::Redshift::Cluster, Properties: { DBName: d } }`,
  severity: "low",
  topics: ["network-isolation"],
  types: ["AWS::Redshift::ClusterSecurityGroup", "AWS::ElastiCache::SecurityGroup", "AWS::Redshift::Cluster"],
  judge(thing: Resource) {
    return thing.type === "AWS::Redshift::Cluster" ? pass() : fail("a security group of EC2-Classic", thing.spot);
  },
  samples: {
    good: [{ cloudformation: `Warehouse: { Type: AWS::Redshift::Cluster, Properties: { DBName: d } }` }],
    bad: [{ cloudformation: `Thing: { Type: AWS::Redshift::ClusterSecurityGroup, Properties: { Description: d } }` }],
  },
};
