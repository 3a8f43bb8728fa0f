/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const networkAclNamesItsPorts: Rule = {
  id: "network-acl-names-its-ports",
  title: "The network ACL allows named ports",
  why: "Without a port range, or with all of it, the entry lets everything of its protocol through.",
  remedy: "Set PortRange to the ports that are needed.",
  snippet: `
Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, CidrBlock: 10.0.0.0/8, PortRange: { From: 443, To: 443 } } }`,
  severity: "low",
  topics: ["network-isolation"],
  types: ["AWS::EC2::NetworkAclEntry"],
  judge(entry: Resource) {
    const isTcp = entry.at("Protocol").equals(6, 17, "tcp", "udp");
    if (isTcp.outcome !== "pass") return "notApplicable";
    const [from, to] = [entry.at("PortRange.From"), entry.at("PortRange.To")];
    return all(from.exists(), to.exists(), not(all(from.atMost(0), to.atLeast(65_535))));
  },
  samples: {
    good: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, CidrBlock: 10.0.0.0/8, PortRange: { From: 443, To: 443 } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 17, CidrBlock: 10.0.0.0/8 } }`,
      },
      {
        cloudformation: `Entry: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: n, RuleNumber: 100, RuleAction: allow, Protocol: 6, PortRange: { From: 0, To: 65535 } } }`,
      },
    ],
  },
};
