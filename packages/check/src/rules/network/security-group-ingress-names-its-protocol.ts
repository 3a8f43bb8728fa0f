/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { everyRule, INGRESS_TYPES } from "./group-rules.ts";
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupIngressNamesItsProtocol: Rule = {
  id: "security-group-ingress-names-its-protocol",
  title: "Each rule of the security group lets one protocol in",
  why: "Protocol -1 is every protocol and every port, whatever else the rule says.",
  remedy: "Name the protocol and the port.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: INGRESS_TYPES,
  judge(group: Resource) {
    return everyRule(group, "Ingress", (rule) => not(rule.at("IpProtocol").equals("-1", "all")));
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: "-1", CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: -1, CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: "-1", CidrIp: 10.0.0.7/32 } }`,
      },
    ],
  },
};
