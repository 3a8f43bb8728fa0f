/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const networkAclClosesAdminPorts: Rule = {
  id: "network-acl-closes-admin-ports",
  title: "The network ACL does not open SSH or RDP to the world",
  why: "Ports 22 and 3389 open to everyone are attacked around the clock.",
  remedy: "Name the range of your own network.",
  snippet: `
Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, CidrBlock: 10.0.0.0/8, PortRange: { From: 22, To: 22 } } }`,
  severity: "high",
  topics: ["network-isolation", "public-exposure"],
  types: ["AWS::EC2::NetworkAclEntry"],
  judge(entry: Resource) {
    const isInbound = all(entry.at("RuleAction").equals("allow"), not(entry.at("Egress").isTrue()));
    if (isInbound.outcome === "fail") return "notApplicable";
    const world = any(entry.at("CidrBlock").equals("0.0.0.0/0"), entry.at("Ipv6CidrBlock").equals("::/0"));
    const reaches = (port: number) =>
      any(
        entry.at("Protocol").equals("-1", "all"),
        all(entry.at("PortRange.From").atMost(port), entry.at("PortRange.To").atLeast(port)),
      );
    return not(all(isInbound, world, any(reaches(22), reaches(3389))));
  },
  samples: {
    good: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, CidrBlock: 10.0.0.0/8, PortRange: { From: 22, To: 22 } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, CidrBlock: 0.0.0.0/0, PortRange: { From: 22, To: 22 } } }`,
      },
    ],
  },
};
