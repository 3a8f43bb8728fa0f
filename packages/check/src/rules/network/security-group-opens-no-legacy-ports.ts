/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { everyRule, INGRESS_TYPES, opensPort } from "./group-rules.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupOpensNoLegacyPorts: Rule = {
  id: "security-group-opens-no-legacy-ports",
  title: "The security group opens no port of an unencrypted or database service",
  why: "FTP, MySQL, RDP and mSQL listen for passwords in clear text, or with none.",
  remedy: "Close 20, 21, 3306, 3389 and 4333; use their encrypted successors from named groups.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
  severity: "medium",
  topics: ["network-isolation"],
  types: INGRESS_TYPES,
  judge(group: Resource) {
    return everyRule(group, "Ingress", (rule) =>
      not(
        all(
          rule.at("IpProtocol").equals("tcp", "6", "-1"),
          any(...[20, 21, 3306, 3389, 4333].map((port) => opensPort(rule, port))),
        ),
      ),
    );
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
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 20, ToPort: 20, CidrIp: 10.0.0.0/16 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 20, ToPort: 20, CidrIp: 10.0.0.0/16 } }`,
      },
    ],
  },
};
