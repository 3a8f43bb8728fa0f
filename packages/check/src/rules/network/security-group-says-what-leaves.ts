/** 45 CFR 164.312(a)(1): only those who were granted access. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { pass, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const securityGroupSaysWhatLeaves: Rule = {
  id: "security-group-says-what-leaves",
  title: "The security group says what may leave",
  why: "Without a word about egress everything may leave, to anywhere.",
  remedy: "Set SecurityGroupEgress to what is needed; to 127.0.0.1/32 where nothing is.",
  snippet: `
Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
  severity: "medium",
  topics: ["egress-control"],
  types: ["AWS::EC2::SecurityGroup"],
  judge(group: Resource, graph: Graph) {
    const apart = graph.attached(group, "AWS::EC2::SecurityGroupEgress", "GroupId");
    return someAttached(
      apart,
      saying(group.at("SecurityGroupEgress").isFilled(), "SecurityGroupEgress is not set"),
      () => pass(),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16 }] } }`,
      },
    ],
    bad: [{ cloudformation: `Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: d } }` }],
  },
};
