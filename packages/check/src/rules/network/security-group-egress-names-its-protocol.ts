/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { EGRESS_TYPES, everyRule } from "./group-rules.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, not, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupEgressNamesItsProtocol: Rule = {
  id: "security-group-egress-names-its-protocol",
  title: "Each rule of the security group lets one protocol out",
  why: "Protocol -1 is every protocol and every port, whatever else the rule says.",
  remedy: "Name the protocol and the port.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: EGRESS_TYPES,
  judge(group: Resource) {
    return everyRule(group, "Egress", (rule) => any(not(rule.at("IpProtocol").equals("-1", "all")), isNowhere(rule)));
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupEgress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: "-1", CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: -1, CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupEgress, Properties: { GroupId: g, IpProtocol: "-1", CidrIp: 10.0.0.7/32 } }`,
      },
    ],
  },
};

/** To say that nothing may leave, one allows what reaches nobody. */
function isNowhere(rule: Property): Truth {
  return any(rule.at("CidrIp").equals("127.0.0.1/32"), rule.at("CidrIpv6").matches(/^(::1|(0{1,4}:){7}0{0,3}1)\/128$/));
}
