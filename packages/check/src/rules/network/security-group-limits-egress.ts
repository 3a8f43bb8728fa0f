/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { EGRESS_TYPES, everyRule, isWholeWorld } from "./group-rules.ts";
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupLimitsEgress: Rule = {
  id: "security-group-limits-egress",
  title: "The security group lets traffic out to known places only",
  why: "Whatever gets into a workload with PHI can send it anywhere, where everything may leave.",
  remedy: "Name the ranges, prefix lists or security groups that it needs; reach AWS by VPC endpoints.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
  severity: "medium",
  topics: ["egress-control", "network-isolation"],
  types: EGRESS_TYPES,
  judge(group: Resource) {
    return everyRule(group, "Egress", (rule) => not(isWholeWorld(rule)));
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupEgress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }] } }`,
      },
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: "-1", CidrIpv6: "::/0" }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupEgress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 } }`,
      },
    ],
  },
};
