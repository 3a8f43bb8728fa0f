/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { everyRule, INGRESS_TYPES, isWholeWorld } from "./group-rules.ts";
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupAdmitsKnownSources: Rule = {
  id: "security-group-admits-known-sources",
  title: "The security group admits known sources only",
  why: "0.0.0.0/0 is everyone. What listens behind it is scanned within minutes, and its next hole is yours.",
  remedy:
    "Name the ranges or security groups that need access; put what the public needs behind a load balancer or API.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
  severity: "high",
  topics: ["network-isolation", "public-exposure"],
  types: INGRESS_TYPES,
  judge(group: Resource) {
    return everyRule(group, "Ingress", (rule) => not(isWholeWorld(rule)));
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }] } }`,
      },
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv6: "::/0" }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 } }`,
      },
    ],
  },
};
