/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { everyRule, INGRESS_TYPES } from "./group-rules.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupAdmitsSingleHosts: Rule = {
  id: "security-group-admits-single-hosts",
  title: "The security group admits single hosts where it names addresses",
  why: "A range lets in every machine that will ever get an address in it.",
  remedy: "Name security groups instead of addresses, or single hosts.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
  severity: "low",
  topics: ["network-isolation"],
  types: INGRESS_TYPES,
  judge(group: Resource) {
    return everyRule(group, "Ingress", (rule) =>
      all(
        any(
          not(rule.at("CidrIp").exists()),
          rule.at("CidrIp").every((one) => one.matches(/\/32$/)),
        ),
        any(
          not(rule.at("CidrIpv6").exists()),
          rule.at("CidrIpv6").every((one) => one.matches(/\/128$/)),
        ),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, SourceSecurityGroupId: g }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
      },
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32, CidrIpv6: "2001:db8::/64" }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 } }`,
      },
    ],
  },
};
