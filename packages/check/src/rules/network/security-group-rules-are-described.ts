/** 45 CFR 164.308(a)(1)(ii)(B): measures that can be reviewed. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupRulesAreDescribed: Rule = {
  id: "security-group-rules-are-described",
  title: "Every rule of the security group says what it is for",
  why: "A rule that nobody can explain is never removed, for fear of breaking something.",
  remedy: "Set Description.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32, Description: clinic gateway }] } }`,
  severity: "low",
  topics: ["hygiene"],
  types: ["AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"],
  judge(group: Resource) {
    if (group.type !== "AWS::EC2::SecurityGroup") return group.at("Description").isFilled();
    const said = ["SecurityGroupIngress", "SecurityGroupEgress"].map((direction) =>
      group.at(direction).every((one) => one.at("Description").isFilled()),
    );
    return all(...said);
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32, Description: clinic gateway }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 }] } }`,
      },
      {
        cloudformation: `Rule: { Type: AWS::EC2::SecurityGroupEgress, Properties: { GroupId: g, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.7/32 } }`,
      },
    ],
  },
};
