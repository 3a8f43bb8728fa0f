/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { everyRule, INGRESS_TYPES } from "./group-rules.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, fail, pass, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupIngressNamesOnePort: Rule = {
  id: "security-group-ingress-names-one-port",
  title: "Each rule of the security group lets one port in",
  why: "A range of ports opens what happens to listen there, next year too.",
  remedy: "Write a rule for each port.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
  severity: "low",
  topics: ["network-isolation"],
  types: INGRESS_TYPES,
  judge(group: Resource) {
    return everyRule(group, "Ingress", (rule) =>
      any(rule.at("IpProtocol").equals("icmp", "icmpv6", "58", "1"), samePort(rule)),
    );
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
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 80, ToPort: 90, CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 80, ToPort: 90, CidrIp: 10.0.0.7/32 } }`,
      },
    ],
  },
};

function samePort(rule: Property): Truth {
  const [from, to] = [rule.at("FromPort"), rule.at("ToPort")];
  if (from.isAbsent || to.isAbsent) return pass();
  const [first, last] = [from.number(), to.number()];
  if (first === undefined || last === undefined) return from.undecided();
  return first === last ? pass() : fail(`ports ${first} to ${last} are open`, from.spot);
}
